// Rooms on ws: whoever connects to /room/NAME is a member, and what a member sends reaches all members, the sender
// included. A frame is made once a message and written to every socket, past the library's own send().
// usage: node server.js [PORT]    (0, the default, takes a free one)
'use strict';

const { Sender, WebSocketServer } = require('ws');

const TEXT = 1;
const rooms = new Map();

// The bytes of one unmasked text frame.
const frame_of = (data) =>
  Buffer.concat(Sender.frame(data, { fin: true, rsv1: false, opcode: TEXT, mask: false, readOnly: true }));

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
  backlog: 4096,
  perMessageDeflate: false,
});

server.on('connection', (socket, request) => {
  const name = request.url;
  let members = rooms.get(name);
  if (members === undefined) rooms.set(name, (members = new Set()));
  const stream = request.socket;
  members.add(stream);

  socket.on('message', (data) => {
    const frame = frame_of(data);
    for (const member of members) member.write(frame);
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    members.delete(stream);
    if (members.size === 0) rooms.delete(name);
  });
});
server.on('listening', () => console.log(`listening on ws://127.0.0.1:${server.address().port}`));
process.on('SIGTERM', () => process.exit(0));
