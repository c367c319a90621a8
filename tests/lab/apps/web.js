// A small API on Node. Environment: HOST and PORT, or SOCKET; SECONDS. What a request meets stands in the file `fault`
// beside this one: a word of the switch below, or "once WORD" for the next request only.
const http = require('http');
const fs = require('fs');

const seconds = Number(process.env.SECONDS || 3);
const hoard = [];

function fault() {
  try {
    const words = fs.readFileSync('fault', 'utf8').trim().split(' ');
    if (words[0] === 'once') fs.unlinkSync('fault');
    return words[words.length - 1];
  } catch {
    return '';
  }
}

function answer(response) {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ ok: true, service: process.env.NAME || 'api' }) + '\n');
}

function grow() {
  for (let i = 0; i < 10; i++) hoard.push(Buffer.alloc(1 << 20, 1));
  setImmediate(grow);
}

const server = http.createServer((request, response) => {
  const order = undefined;
  switch (fault()) {
    case 'crash': console.log(`total: ${order.total}`); break;
    case 'destroy': request.socket.destroy(); break;
    case 'block': for (;;) ; // blocks the only thread
    case 'silent': break;
    case 'slow': setTimeout(() => answer(response), seconds * 1000); break;
    case 'hoard': grow(); break;
    case 'write': fs.writeFileSync('orders.tmp', Buffer.alloc(1 << 20, 1)); answer(response); break;
    case 'large': response.end('x'.repeat(200000)); break;
    default: console.log(`${request.method} ${request.url} 200`); answer(response);
  }
});

if (process.env.SOCKET) {
  try { fs.unlinkSync(process.env.SOCKET); } catch { /* there was none */ }
  server.listen(process.env.SOCKET, () => { fs.chmodSync(process.env.SOCKET, 0o666); console.log('listening'); });
} else {
  const port = Number(process.env.PORT);
  server.listen(port, process.env.HOST || '0.0.0.0', () => console.log(`listening on port ${port}`));
}
process.on('SIGTERM', () => process.exit(0));
