// A browser in an office: a network namespace behind a router that translates addresses, a new port for each destination, and that
// can be told to let no UDP through. The server stays outside.
import { chromiumPath, launchChromium } from './chromium.js';
import { inside, ip, isProgram, launcher, missingNamespaces, remove } from './namespaces.js';

const router = 'tt-router';
const desk = 'tt-desk';
export const outside = '10.199.7.1';

/** Why there can be no such office here, or false. */
export function missingOffice() {
  return missingNamespaces() || (isProgram('/usr/sbin/nft') ? false : 'nftables is not installed');
}

export class Office {
  constructor() {
    this.close();
    ip(`
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
      -n ${desk} route add default via 10.199.8.1`);
    inside(router, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward');
    this.#nft('table ip office { chain nat { type nat hook postrouting priority 100; oifname "tt-wan" masquerade fully-random; }; chain pass { type filter hook forward priority 0; }; }');
  }

  /** From now on no datagram passes, in neither direction; TCP does. */
  blockUdp() { this.#nft('add rule ip office pass ip protocol udp drop'); }

  allowUdp() { this.#nft('flush chain ip office pass'); }

  /** @param pages origins that shall count as secure, since pages may use cameras there only */
  async browser(pages) {
    this.launcher = launcher(desk, chromiumPath);
    return launchChromium({ executable: this.launcher.path, flags: [`--unsafely-treat-insecure-origin-as-secure=${pages}`] });
  }

  close() {
    remove(`netns del ${desk}`, `netns del ${router}`, 'link del tt-out');
    this.launcher?.close();
  }

  #nft(rules) { inside(router, 'nft', rules); }
}
