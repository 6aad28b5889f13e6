import asyncio
import websockets
import requests
import json

async def connect_websocket():
    # Получение токена через API
    response = requests.post(
        'https://api.localhost/api/v1/login/access-token',
        data={
            'username': 'user@example.com',
            'password': 'password123'
        }
    )
    token = response.json()['access_token']

    # Подключение к WebSocket с токеном
    client_id = str(asyncio.get_event_loop().time())
    uri = f"ws://ws.localhost/ws/{client_id}?token={token}"

    async with websockets.connect(uri) as websocket:
        print("WebSocket соединение установлено")

        # Отправка сообщения
        await websocket.send(json.dumps({
            "type": "hello",
            "message": "Привет, сервер!"
        }))

        # Получение ответа
        response = await websocket.recv()
        print(f"Получено сообщение: {response}")

asyncio.run(connect_websocket())
