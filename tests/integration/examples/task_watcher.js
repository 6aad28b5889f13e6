// 带Token连接
const ws = new WebSocket(`ws://localhost:8000/ws/realtime/${connectionId}?token=${jwtToken}`);
