// Получение токена (пример с использованием fetch)
async function getToken() {
  const response = await fetch('https://api.localhost/api/v1/login/access-token', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      'username': 'user@example.com',
      'password': 'password123'
    })
  });

  const data = await response.json();
  return data.access_token;
}

// Подключение к WebSocket с авторизацией
async function connectWebSocket() {
  // Генерируем уникальный client_id
  const clientId = Date.now().toString();
  // Получаем токен
  const token = await getToken();

  // Подключаемся к WebSocket с токеном
  const socket = new WebSocket(`ws://ws.localhost/ws/${clientId}?token=${token}`);

  socket.onopen = function(e) {
    console.log("WebSocket соединение установлено");
    socket.send(JSON.stringify({type: "hello", message: "Привет, сервер!"}));
  };

  socket.onmessage = function(event) {
    console.log(`Получено сообщение: ${event.data}`);
  };

  socket.onclose = function(event) {
    if (event.wasClean) {
      console.log(`Соединение закрыто корректно, код=${event.code} причина=${event.reason}`);
    } else {
      console.log('Соединение прервано');
    }
  };

  socket.onerror = function(error) {
    console.log(`Ошибка: ${error.message}`);
  };

  return socket;
}
