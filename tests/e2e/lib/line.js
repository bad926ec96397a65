// A line between a participant and the server: a UDP relay with the delay, the loss and the rate of a bad network. All
// connections of the participant share it.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';

const headers = 28; // IPv4 and UDP

/** One direction. What it does may be changed at any time. */
class Direction {
  delay = 0;         // ms
  loss = 0;          // share of the datagrams, 0-1
  rate = Infinity;   // bits a second
  queue = 200;       // ms that a datagram may wait for those before it; beyond, it is dropped
  passed = 0;
  dropped = 0;
  #free = 0;
  #waiting = [];
  #timer = null;

  pass(datagram, send) {
    const now = performance.now();
    const starts = Math.max(now, this.#free);
    if (Math.random() < this.loss || starts - now > this.queue) {
      this.dropped++;
      return;
    }
    this.passed++;
    this.#free = this.rate === Infinity ? now : starts + (datagram.length + headers) * 8_000 / this.rate;
    this.#waiting.push({ at: this.#free + this.delay, datagram, send });
    this.#deliver();
  }

  close() {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  // One timer for all, in the order in which they came: timers of their own would let datagrams overtake each other.
  #deliver() {
    clearTimeout(this.#timer);
    while (this.#waiting.length > 0 && this.#waiting[0].at <= performance.now() + 0.5) {
      const { datagram, send } = this.#waiting.shift();
      send(datagram);
    }
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#deliver(), Math.max(1, this.#waiting[0].at - performance.now()));
  }
}

export class Line {
  up = new Direction();
  down = new Direction();
  #upstreams = new Map();   // address of a client's socket → our socket towards the server
  #socket = createSocket('udp4');
  #port;

  constructor({ delay = 0 } = {}) {
    this.up.delay = this.down.delay = delay;
  }

  /** Firefox connects to no loopback candidate, nor lets a check's answer tell it of one. */
  get host() {
    return Object.values(networkInterfaces()).flat().find(address => !address.internal && address.family === 'IPv4')?.address ?? '127.0.0.1';
  }

  /** The port that stands for the server's; opened once. */
  open(serverPort) {
    this.#port ??= this.#open(serverPort);
    return this.#port;
  }

  set loss(share) { this.up.loss = this.down.loss = share; }
  set rate(bits) { this.up.rate = this.down.rate = bits; }

  close() {
    for (const direction of [this.up, this.down]) direction.close();
    for (const socket of [this.#socket, ...this.#upstreams.values()]) socket.removeAllListeners('message').unref();
  }

  async #open(serverPort) {
    this.#socket.on('message', (datagram, from) => {
      const upstream = this.#upstream(from);
      this.up.pass(datagram, bytes => upstream.send(bytes, serverPort, this.host, () => {}));
    });
    this.#socket.bind(0, this.host);
    await once(this.#socket, 'listening');
    return this.#socket.address().port;
  }

  #upstream(client) {
    const address = `${client.address}:${client.port}`;
    if (!this.#upstreams.has(address)) {
      const socket = createSocket('udp4');
      socket.on('message', datagram => this.down.pass(datagram, bytes => this.#socket.send(bytes, client.port, client.address, () => {})));
      this.#upstreams.set(address, socket);
    }
    return this.#upstreams.get(address);
  }
}

/** Puts a participant, who is in no meeting yet, at the end of a line. */
export async function putBehindLine(participant, options) {
  const line = new Line(options);
  await participant.page.exposeFunction('lineTo', serverPort => line.open(serverPort));
  await participant.page.evaluate(host => {
    const { setRemoteDescription } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.setRemoteDescription = async function throughLine({ type, sdp }) {
      const port = await window.lineTo(Number(/a=candidate:\S+ 1 udp \d+ \S+ (\d+) typ host/i.exec(sdp)[1]));
      const rest = sdp.replace(/a=candidate:.*\r\n/g, '');
      const candidate = `a=candidate:1 1 udp 2130706431 ${host} ${port} typ host\r\n`;
      return setRemoteDescription.call(this, { type, sdp: rest.replace(/(c=IN .*\r\n)/, `$1${candidate}`) });
    };
  }, line.host);
  return line;
}

/** Takes the repair packets out of what the server offers, as a browser that does not know them would leave them out. */
export function declineFlexFec(participant) {
  return participant.page.evaluate(() => {
    const { setRemoteDescription } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.setRemoteDescription = function withoutFlexFec({ type, sdp }) {
      return setRemoteDescription.call(this, { type, sdp: sdp.replace(/flexfec-03/g, 'unknown-fec').replace(/a=ssrc-group:FEC-FR.*\r\n/g, '') });
    };
  });
}
