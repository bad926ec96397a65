// Serves a test client's page from an origin of its own, so that every call it makes to the API is a cross-origin one.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

const files = { '/': ['index.html', 'text/html'], '/client.js': ['client.js', 'text/javascript'] };

export async function servePages(host = '127.0.0.1', folder = 'seed-client') {
  const server = createServer(async (request, response) => {
    const [name, type] = files[new URL(request.url, 'http://page').pathname] ?? [];
    if (!name) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` });
    response.end(await readFile(new URL(`../${folder}/${name}`, import.meta.url)));
  }).listen(0, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${server.address().port}/`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
