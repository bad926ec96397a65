// The road between a browser and the server's HTTP port, which a test may cut: sockets break without a farewell, new ones are refused.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export async function layWire(server, host = '127.0.0.1') {
  const target = new URL(server.url);
  const sockets = new Set();
  let isCut = false;

  const wire = createServer(near => {
    if (isCut) return near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [[near, far], [far, near]]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }).listen(0, host);
  await once(wire, 'listening');

  return {
    url: `http://${host}:${wire.address().port}`,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      wire.close();
      await once(wire, 'close');
    },
  };
}
