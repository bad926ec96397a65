// Network namespaces, as far as the tests need them.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();

/** Runs `ip` once for each line of text. */
export function ip(steps) {
  for (const step of steps.trim().split('\n')) run('ip', ...step.trim().split(/\s+/));
}

/** Runs a command in a namespace. */
export const inside = (namespace, ...command) => run('ip', 'netns', 'exec', namespace, ...command);

/** Deletes what may be there: `netns del NAME`, `link del NAME`. */
export function remove(...things) {
  for (const thing of things) {
    try {
      ip(thing);
    } catch {
      // It was not there, or went with something else.
    }
  }
}

export const isProgram = path => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Why there can be no namespaces here, or false. */
export function missingNamespaces() {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (!isProgram('/usr/sbin/ip')) return 'iproute2 is not installed';
  const probe = `tt-probe-${process.pid}`;
  try {
    ip(`netns add ${probe}\nnetns del ${probe}`);
    return false;
  } catch {
    return 'this machine allows no network namespaces';
  }
}

/** A program that starts another one in a namespace, for those who take a path only; `close` deletes it. */
export function launcher(namespace, program) {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-launcher-'));
  const path = join(folder, 'launch');
  writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${namespace} ${program} "$@"\n`);
  chmodSync(path, 0o755);
  return { path, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Makes a port of loopback in a namespace reachable as the same port of loopback out here, which nothing else of it is. */
export async function bridge(namespace, port) {
  const relay = `const s = require('node:net').connect(${port}, '127.0.0.1'); process.stdin.pipe(s); s.pipe(process.stdout); s.on('error', () => process.exit(1)); s.on('close', () => process.exit(0));`;
  const server = createServer(socket => {
    const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', relay], { stdio: ['pipe', 'pipe', 'inherit'] });
    socket.pipe(child.stdin).on('error', () => undefined);
    child.stdout.pipe(socket).on('error', () => undefined);
    socket.on('close', () => child.kill());
    child.on('exit', () => socket.destroy());
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { close: () => server.close() };
}
