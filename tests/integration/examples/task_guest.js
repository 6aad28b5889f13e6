// 无Token连接（访客模式）
const ws = new WebSocket(`ws://localhost:8000/ws/realtime/${connectionId}`);
