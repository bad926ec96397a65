// Where meetings over bad lines are held: a server, and people each at the end of a line of their own. In network namespaces where the
// machine has them, else over relays in this process, which know delay, loss and rate only.
import { chromiumPath, launchChromium } from './chromium.js';
import { launchFirefox } from './firefox.js';
import { GStreamerParticipant } from './gstreamer.js';
import { Line, putBehindLine } from './line.js';
import { launcher } from './namespaces.js';
import { missingNetwork, Network, pagesHost, serverHost } from './network.js';
import { servePages } from './pages.js';
import { Participant } from './participant.js';
import { freePort, Server } from './server.js';

class Stage {
  #resources = [];
  #pages = new Map();

  /** Closed with the stage, the last one first. */
  kept(resource) {
    this.#resources.unshift(resource);
    return resource;
  }

  /** A page of the test client in that folder, in 'chromium' or 'firefox', at the end of a line with that delay each way. */
  async person(name, { kind = 'chromium', page = 'quality-client', delay = 0 } = {}) {
    if (!this.#pages.has(page)) this.#pages.set(page, this.kept(await servePages(this.pagesHost, page)));
    return this.open(name, kind, this.#pages.get(page), delay);
  }

  async close() {
    for (const resource of this.#resources.splice(0)) await (resource.stop?.() ?? resource.close());
  }
}

class NamespaceStage extends Stage {
  way = 'network namespaces';
  pagesHost = pagesHost;

  async start({ seed, frameRate, audio }) {
    Object.assign(this, { frameRate, audio });
    this.network = this.kept(new Network({ seed }));
    this.server = this.kept(await Server.start({ host: serverHost, wrap: this.network.wrap, environment: { Tertulia__Media__AdvertisedAddresses: serverHost } }));
    return this;
  }

  async open(name, kind, pages, delay) {
    const line = await this.network.line({ delay });
    const browser = this.kept(await (kind === 'firefox' ? this.#firefox(line) : this.#chromium(line, pages)));
    return { name, kind, line, person: await Participant.open(browser, pages, this.server, name) };
  }

  async gstreamer(name, { delay = 0 } = {}) {
    const line = await this.network.line({ delay });
    return { name, kind: 'gstreamer', line, person: this.kept(new GStreamerParticipant(this.server, name, { namespace: line.namespace })) };
  }

  async #chromium({ namespace }, pages) {
    const program = this.kept(launcher(namespace, chromiumPath));
    return launchChromium({ executable: program.path, audio: this.audio, flags: [
      `--unsafely-treat-insecure-origin-as-secure=${new URL(pages.url).origin}`,
      `--use-fake-device-for-media-stream=device-count=1,fps=${this.frameRate}`,
    ] });
  }

  #firefox({ namespace }) {
    return launchFirefox({ namespace, prefs: { 'media.devices.insecure.enabled': true, 'media.getusermedia.insecure.enabled': true } });
  }
}

class RelayStage extends Stage {
  way = 'relays';
  pagesHost = '127.0.0.1';
  #browsers = new Map();

  async start({ frameRate, audio }) {
    Object.assign(this, { frameRate, audio });
    this.mediaPort = await freePort();
    this.server = this.kept(await Server.start({ environment: { Tertulia__Media__UdpPort: String(this.mediaPort) } }));
    return this;
  }

  async open(name, kind, pages, delay) {
    const launch = () => (kind === 'firefox' ? launchFirefox()
      : launchChromium({ audio: this.audio, flags: [`--use-fake-device-for-media-stream=device-count=1,fps=${this.frameRate}`] }));
    if (!this.#browsers.has(kind)) this.#browsers.set(kind, this.kept(await launch()));
    const person = await Participant.open(this.#browsers.get(kind), pages, this.server, name);
    return { name, kind, person, line: this.kept(await putBehindLine(person, { delay })) };
  }

  async gstreamer(name, { delay = 0 } = {}) {
    const line = this.kept(new Line({ delay }));
    const address = `${line.host}:${await line.open(this.mediaPort)}`;
    return { name, kind: 'gstreamer', line, person: this.kept(new GStreamerParticipant(this.server, name, { line: address })) };
  }
}

/** `seed`: of what the lines leave to chance. `frameRate`: of Chromium's cameras. `audio`: what its microphones hear. TERTULIA_E2E_RELAY=1 asks for relays. */
export async function openStage({ seed = 1, frameRate = 10, audio } = {}) {
  const stage = process.env.TERTULIA_E2E_RELAY || missingNetwork() ? new RelayStage() : new NamespaceStage();
  try {
    return await stage.start({ seed, frameRate, audio });
  } catch (error) {
    await stage.close();
    throw error;
  }
}
