// A participant that is GStreamer's webrtcbin, driven over its standard input and output.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from './wait.js';

const python = '/usr/bin/python3';
const program = fileURLToPath(new URL('../gstreamer/client.py', import.meta.url));
const elements = ['webrtcbin', 'nicesink', 'dtlssrtpenc', 'vp8enc', 'opusenc', 'rtpvp8pay', 'rtpopuspay', 'videotestsrc'];

/** Why GStreamer cannot take part here, or false. */
export function missingGStreamer() {
  const probe = spawnSync(python, ['-c', `
import gi, websockets
gi.require_version("Gst", "1.0"); gi.require_version("GstWebRTC", "1.0")
from gi.repository import Gst, GstWebRTC
Gst.init(None)
missing = [name for name in ${JSON.stringify(elements)} if not Gst.ElementFactory.find(name)]
raise SystemExit(f"no {missing}" if missing else 0)`], { encoding: 'utf8' });
  return probe.status === 0 ? false : 'GStreamer with webrtcbin, python3-gst-1.0 and python3-websockets are not installed';
}

export class GStreamerParticipant {
  received = [];
  #answers = [];

  /** `line`: the `address:port` through which it reaches the server's media; `namespace`: the network namespace it runs in. */
  constructor(server, name, { line, namespace } = {}) {
    Object.assign(this, { server, name, line });
    this.wrap = namespace ? ['ip', 'netns', 'exec', namespace] : [];
  }

  async enter(meetingId) {
    const { status, json, text } = await this.server.call('POST', meetingId ? `/api/meetings/${meetingId}/join` : '/api/meetings', { title: 'Tutorial meeting' });
    if (status >= 300) throw new Error(`joining: ${status} ${text}`);
    const address = this.server.url.replace(/^http/, 'ws');
    const socket = `${address}/ws/signaling?token=${json.token}&meetingId=${json.meetingId}`;
    const [command, ...parameters] = [...this.wrap, python, program, socket, ...(this.line ? [this.line] : [])];
    this.process = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.process.stdout }).on('line', line => {
      const message = JSON.parse(line);
      if (message.type === 'statistics') this.#answers.shift()?.(message);
      else this.received.push(message);
    });
    const { message } = await until(`${this.name} is welcomed`, () => {
      const found = this.received.find(({ type }) => type === 'welcome');
      return found ? { holds: true, message: found } : false;
    });
    this.id = message.peerId;
    return json.meetingId;
  }

  /** In the shape of the browsers' statistics, as far as GStreamer has them. */
  async statistics() {
    const answer = new Promise(resolve => { this.#answers.push(resolve); });
    this.process.stdin.write('\n');
    const { peers } = await answer;
    return { peers: Object.fromEntries(Object.entries(peers).map(([id, { state, ...received }]) => [id, { state, received }])) };
  }

  async close() {
    if (!this.process || this.process.exitCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.stdin.end();
    await ended;
  }
}
