// Rooms on Socket.IO, over WebSocket alone: `join` with a room's name is answered by `joined`, `leave` takes one out, and
// a `chat` with room and text reaches all members, the sender included. parley-load's dialect `socketio` speaks this.
// usage: node server.js [PORT]    (0, the default, takes a free one)
'use strict';

const http = require('node:http');
const { Server } = require('socket.io');

const listener = http.createServer();
const io = new Server(listener, { transports: ['websocket'], serveClient: false });

io.on('connection', (socket) => {
  socket.on('join', (room) => {
    socket.join(room);
    socket.emit('joined', room);
  });
  socket.on('leave', (room) => socket.leave(room));
  socket.on('chat', (room, text) => io.to(room).emit('chat', text));
});
listener.listen({ host: '127.0.0.1', port: Number(process.argv[2] ?? 0), backlog: 4096 }, () =>
  console.log(`listening on ws://127.0.0.1:${listener.address().port}`),
);
process.on('SIGTERM', () => process.exit(0));
