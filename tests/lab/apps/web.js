// A small API on Node. Environment: HOST and PORT, or SOCKET; FAULT: one of those below; SECONDS.
const http = require('http');
const fs = require('fs');

const fault = process.env.FAULT || '';
const seconds = Number(process.env.SECONDS || 3);
const hoard = [];

function answer(response) {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ ok: true, service: process.env.NAME || 'api' }) + '\n');
}

const server = http.createServer((request, response) => {
  if (fault === 'crash') {
    const order = undefined;
    console.log(`${request.method} ${request.url} total=${order.total}`);
  } else if (fault === 'destroy') {
    request.socket.destroy();
  } else if (fault === 'block') {
    for (;;) ; // an endless loop blocks the only thread
  } else if (fault === 'silent') {
    return;
  } else if (fault === 'slow') {
    setTimeout(() => answer(response), seconds * 1000);
  } else if (fault === 'hoard') {
    const grow = () => { for (let i = 0; i < 40; i++) hoard.push(Buffer.alloc(1 << 20, 1)); setImmediate(grow); };
    grow();
  } else if (fault === 'write') {
    fs.writeFileSync(process.env.FILE, Buffer.alloc(1 << 16, 1));
    answer(response);
  } else {
    console.log(`${request.method} ${request.url} 200`);
    answer(response);
  }
});

const where = process.env.SOCKET || Number(process.env.PORT);
if (process.env.SOCKET) {
  try { fs.unlinkSync(process.env.SOCKET); } catch { /* there was none */ }
  server.listen(where, () => { fs.chmodSync(where, 0o666); console.log(`listening on ${where}`); });
} else {
  server.listen(where, process.env.HOST || '0.0.0.0', () => console.log(`listening on ${where}`));
}
process.on('SIGTERM', () => { console.log('SIGTERM, bye'); process.exit(0); });
