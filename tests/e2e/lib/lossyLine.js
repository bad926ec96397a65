// A long line between a browser and the server: a UDP relay that delays every datagram and loses some of those to the browser.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

class LossyLine {
  loss = 0;
  #browsers = new Map();   // address of the browser's socket → our socket towards the server
  #socket = createSocket('udp4');

  constructor(serverPort, delay) {
    this.#socket.on('message', (datagram, from) => {
      const upstream = this.#upstream(from, serverPort, delay);
      setTimeout(() => upstream.send(datagram, serverPort, '127.0.0.1', () => {}), delay);
    });
  }

  async open() {
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return this.#socket.address().port;
  }

  close() {
    for (const socket of [this.#socket, ...this.#browsers.values()]) socket.removeAllListeners('message').unref();
  }

  #upstream(browser, serverPort, delay) {
    const address = `${browser.address}:${browser.port}`;
    if (!this.#browsers.has(address)) {
      const socket = createSocket('udp4');
      socket.on('message', datagram => {
        if (Math.random() < this.loss) return;
        setTimeout(() => this.#socket.send(datagram, browser.port, browser.address, () => {}), delay);
      });
      this.#browsers.set(address, socket);
    }
    return this.#browsers.get(address);
  }
}

/** Puts a participant, who is in no meeting yet, at the end of such a line: each connection gets one. `delay` in ms, each way. */
export async function putBehindLossyLine(participant, { delay }) {
  const lines = [];
  await participant.page.exposeFunction('lossyLineTo', async serverPort => {
    const line = new LossyLine(serverPort, delay);
    lines.push(line);
    return line.open();
  });
  await participant.page.evaluate(() => {
    const { setRemoteDescription } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.setRemoteDescription = async function throughLine({ type, sdp }) {
      const port = Number(/a=candidate:\S+ 1 udp \d+ \S+ (\d+) typ host/i.exec(sdp)[1]);
      this.line ??= await window.lossyLineTo(port);
      const rest = sdp.replace(/a=candidate:.*\r\n/g, '');
      const candidate = `a=candidate:1 1 udp 2130706431 127.0.0.1 ${this.line} typ host\r\n`;
      return setRemoteDescription.call(this, { type, sdp: rest.replace(/(c=IN .*\r\n)/, `$1${candidate}`) });
    };
  });
  return {
    lose: share => { for (const line of lines) line.loss = share; },
    close: () => { for (const line of lines) line.close(); },
  };
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
