// A browser in an office: a network namespace behind a router that translates addresses, a new port for each destination, and that
// can be told to let no UDP through. The server stays outside.
import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from './chromium.js';

const router = 'tt-router';
const desk = 'tt-desk';
export const outside = '10.199.7.1';

const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
const exists = path => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Why there can be no such office here, or false. */
export function missingOffice() {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (!exists('/usr/sbin/ip') || !exists('/usr/sbin/nft')) return 'iproute2 or nftables is not installed';
  try {
    run('ip', 'netns', 'add', 'tt-probe');
    run('ip', 'netns', 'del', 'tt-probe');
    return false;
  } catch {
    return 'this machine allows no network namespaces';
  }
}

export class Office {
  constructor() {
    this.close();
    const steps = `
      netns add ${router}
      netns add ${desk}
      link add tt-out type veth peer name tt-wan netns ${router}
      link add tt-lan netns ${router} type veth peer name tt-eth netns ${desk}
      addr add ${outside}/24 dev tt-out
      link set tt-out up
      -n ${router} addr add 10.199.7.2/24 dev tt-wan
      -n ${router} addr add 10.199.8.1/24 dev tt-lan
      -n ${router} link set tt-wan up
      -n ${router} link set tt-lan up
      -n ${desk} addr add 10.199.8.2/24 dev tt-eth
      -n ${desk} link set lo up
      -n ${desk} link set tt-eth up
      -n ${desk} route add default via 10.199.8.1`;
    for (const step of steps.trim().split('\n')) run('ip', ...step.trim().split(' '));
    run('ip', 'netns', 'exec', router, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward');
    this.#nft('table ip office { chain nat { type nat hook postrouting priority 100; oifname "tt-wan" masquerade fully-random; }; chain pass { type filter hook forward priority 0; }; }');
  }

  /** From now on no datagram passes, in neither direction; TCP does. */
  blockUdp() { this.#nft('add rule ip office pass ip protocol udp drop'); }

  allowUdp() { this.#nft('flush chain ip office pass'); }

  /** @param pages origins that shall count as secure, since pages may use cameras there only */
  async browser(pages) {
    this.folder = mkdtempSync(join(tmpdir(), 'tertulia-office-'));
    const executable = join(this.folder, 'chromium');
    writeFileSync(executable, `#!/bin/sh\nexec ip netns exec ${desk} ${process.env.TERTULIA_CHROMIUM ?? '/usr/bin/chromium'} "$@"\n`);
    chmodSync(executable, 0o755);
    return launchChromium({ executable, flags: [`--unsafely-treat-insecure-origin-as-secure=${pages}`] });
  }

  close() {
    for (const name of [desk, router]) {
      try {
        run('ip', 'netns', 'del', name);
      } catch {
        // It was not there.
      }
    }
    try {
      run('ip', 'link', 'del', 'tt-out');
    } catch {
      // It went with its peer.
    }
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }

  #nft(rules) { run('ip', 'netns', 'exec', router, 'nft', rules); }
}
