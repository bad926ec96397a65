// A network of bad lines: the server in a namespace of its own, each participant in another, and between them nothing but a line that
// delays, drops, queues and reorders whatever passes, media and signaling alike (network/impair.py).
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inside, ip, isProgram, missingNamespaces, remove } from './namespaces.js';
import { until } from './wait.js';

const python = '/usr/bin/python3';
const program = fileURLToPath(new URL('../network/impair.py', import.meta.url));
const hall = 'tt-hall';
const most = 8;
const person = number => `tt-person-${number}`;

/** Where the server listens, and where pages are served from outside of its namespace. */
export const serverHost = '10.199.20.1';
export const pagesHost = '10.199.20.2';

/** Why there can be no such network here, or false. */
export function missingNetwork() {
  if (!isProgram(python)) return 'python3 is not installed';
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK);
  } catch {
    return 'there is no /dev/net/tun to write to';
  }
  return missingNamespaces();
}

/** One direction of a line. Assigning changes what happens to packets from then on; see Way in network/impair.py. */
class Way {
  passed = 0;
  dropped = 0;
  #change;

  constructor(change) {
    this.#change = change;
    for (const field of ['queue', 'delay', 'jitter', 'loss', 'burst', 'reorder', 'late']) {
      Object.defineProperty(this, field, { set: value => change({ [field]: value }), enumerable: false });
    }
  }

  set rate(bits) { this.#change({ rate: bits === Infinity ? 0 : bits }); }
}

class NetworkLine {
  constructor(name, namespace, tell) {
    Object.assign(this, { name, namespace });
    for (const way of ['up', 'down']) this[way] = new Way(change => tell({ line: name, way, ...change }));
  }

  set delay(milliseconds) { this.up.delay = this.down.delay = milliseconds; }
  set loss(share) { this.up.loss = this.down.loss = share; }
  set rate(bits) { this.up.rate = this.down.rate = bits; }
  close() {} // with the network
}

export class Network {
  /** To be put before the server's command. */
  wrap = ['ip', 'netns', 'exec', hall];
  #lines = new Map();
  #made = new Set();

  constructor({ seed = 1 } = {}) {
    this.#clear();
    ip(`
      netns add ${hall}
      link add tt-pages type veth peer name tt-hall netns ${hall}
      addr add ${pagesHost}/24 dev tt-pages
      link set tt-pages up
      route add 10.199.21.0/24 via ${serverHost}
      -n ${hall} addr add ${serverHost}/24 dev tt-hall
      -n ${hall} link set lo up
      -n ${hall} link set tt-hall up`);
    inside(hall, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward');
    this.process = spawn(python, [program, String(seed)], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.process.stdout }).on('line', text => this.#told(JSON.parse(text)));
  }

  /** Another namespace, at the end of a line of its own. */
  async line({ delay = 0 } = {}) {
    const number = this.#lines.size + 1;
    const [name, namespace, device, address] = [`line-${number}`, person(number), `tt-line-${number}`, `10.199.21.${number}`];
    ip(`netns add ${namespace}`);
    const line = new NetworkLine(name, namespace, command => this.#tell(command));
    this.#lines.set(name, line);
    this.#tell({ line: name, up: [hall, device], down: [namespace, 'line'] });
    await until('the line is made', () => this.#made.has(name));
    // Unnumbered at the server, which then has one address only, however many lines there are.
    ip(`
      -n ${hall} link set ${device} up
      -n ${hall} route add ${address} dev ${device} src ${serverHost}
      -n ${namespace} link set lo up
      -n ${namespace} addr add ${address}/32 dev line
      -n ${namespace} link set line up
      -n ${namespace} route add default dev line src ${address}`);
    line.delay = delay;
    return line;
  }

  close() {
    this.process.stdin.end();
    this.#clear();
  }

  #tell(command) { this.process.stdin.write(`${JSON.stringify(command)}\n`); }

  #told({ made, ...counts }) {
    if (made) this.#made.add(made);
    for (const [name, ways] of Object.entries(counts)) {
      for (const [way, [passed, dropped]] of Object.entries(ways)) Object.assign(this.#lines.get(name)[way], { passed, dropped });
    }
  }

  #clear() {
    remove('link del tt-pages', `netns del ${hall}`);
    for (let number = 1; number <= most; number++) remove(`netns del ${person(number)}`);
  }
}
