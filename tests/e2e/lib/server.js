// The built server, on free ports, with a data folder of its own.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { until } from './wait.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const program = process.env.TERTULIA_SERVER ?? join(root, 'artifacts/server/Tertulia.Server.dll');

/** An address of this machine that is not loopback, to which Firefox makes no connection; loopback where there is none. */
export const outerAddress = Object.values(networkInterfaces()).flat().find(address => !address.internal && address.family === 'IPv4')?.address ?? '127.0.0.1';

export async function freePort(host = '127.0.0.1') {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

export class Server {
  key = 'e2e-key-0123456789abcdef';
  #log = [];

  /** `secure`: also listens for https, at `secureUrl`, with the certificate that it makes itself. */
  static async start({ host = '127.0.0.1', environment = {}, wrap = [], secure = false } = {}) {
    const server = new Server();
    server.data = await mkdtemp(join(tmpdir(), 'tertulia-e2e-'));
    server.host = host;
    server.environment = environment;
    server.wrap = wrap;
    server.url = `http://${host}:${await freePort(wrap.length ? '127.0.0.1' : host)}`;
    if (secure) server.secureUrl = `https://${host}:${await freePort(host)}`;
    await server.launch();
    return server;
  }

  /** For Chromium, whose TURN client takes no certificate that it cannot verify: takes this server's own all the same. */
  async trust() {
    const { hostname, port } = new URL(this.secureUrl);
    const socket = connect({ host: hostname, port, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const key = socket.getPeerX509Certificate().publicKey.export({ type: 'spki', format: 'der' });
    socket.end();
    return `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`;
  }

  async launch() {
    const [command, ...rest] = [...this.wrap, 'dotnet', program, '--urls', [this.url, this.secureUrl].filter(Boolean).join(';')];
    this.process = spawn(command, rest, {
      env: {
        ...process.env,
        Tertulia__DataDirectory: this.data,
        Tertulia__ApiKey: this.key,
        Tertulia__Media__UdpPort: '0',
        Tertulia__WebRoot: join(root, 'web/app/dist'),
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', text => { this.#log.push(text); });
    }
    const child = this.process;
    await until('the server is ready', async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${this.log}`);
      return (await fetch(`${this.url}/health/ready`)).ok;
    });
  }

  get log() { return this.#log.join('').slice(-20_000); }

  async end(signal) {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill(signal);
      await ended;
    }
  }

  async stop() {
    await this.end('SIGTERM');
    await rm(this.data, { recursive: true, force: true });
  }

  // As a power cut would end it: no drain, no farewell.
  kill() { return this.end('SIGKILL'); }

  async call(method, path, body, key = this.key) {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...(key && { Authorization: `Bearer ${key}` }), ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    let json = null;
    try { json = JSON.parse(text); } catch { /* not every answer is JSON */ }
    return { status: response.status, headers: response.headers, text, json };
  }
}
