// One person in a meeting, driven from the tests: a page of the tutorial's client in a browser context of its own.
import { until } from './wait.js';

const small = { width: 320, height: 180, frameRate: 10 };

export class Participant {
  /** Opens a page; nobody is in a meeting yet. */
  static async open(browser, pages, server, name, prepare) {
    const participant = new Participant();
    participant.name = name;
    participant.context = await browser.newContext();
    await prepare?.(participant.context);
    participant.page = await participant.context.newPage();
    participant.errors = [];
    participant.page.on('pageerror', error => participant.errors.push(error.message));
    await participant.page.goto(`${pages.url}?${new URLSearchParams({ api: server.url, key: server.key })}`);
    return participant;
  }

  /** Creates a meeting, or joins the one given, and connects to it. */
  async enter(meetingId, { settings, video = small } = {}) {
    this.meetingId = meetingId
      ? await this.page.evaluate(id => window.client.join(id), meetingId)
      : await this.page.evaluate(options => window.client.create('Tutorial meeting', options), settings);
    const before = await this.page.evaluate(() => performance.now());
    await this.page.evaluate(constraints => window.client.connect(constraints), video);
    const welcome = await this.message('welcome', message => message.receivedAt > before);
    this.id = welcome.peerId;
    this.displayName = welcome.displayName;
    return this.meetingId;
  }

  messages(type) {
    return this.page.evaluate(wanted => window.client.messages.filter(message => !wanted || message.type === wanted), type);
  }

  /** The first message of that type for which the predicate holds, waited for. */
  async message(type, predicate = () => true, options) {
    const found = await until(`${this.name} gets ${type}`, async () => {
      const candidates = await this.messages(type);
      const message = candidates.find(predicate);
      return message ? { holds: true, message } : { holds: false, seen: candidates };
    }, options);
    return found.message;
  }

  statistics() { return this.page.evaluate(() => window.client.statistics()); }
  speaker() { return this.page.evaluate(() => window.client.speaker); }
  negotiations() { return this.page.evaluate(() => window.client.negotiations); }
  tiles() { return this.page.evaluate(() => [...window.client.streams.keys()]); }
  say(text) { return this.page.evaluate(words => window.client.say(words), text); }
  send(text) { return this.page.evaluate(words => window.client.send(words), text); }
  speak(aloud) { return this.page.evaluate(on => window.client.speak(on), aloud); }
  shareScreen(video) { return this.page.evaluate(size => window.client.shareScreen(size), video); }
  stopSharing() { return this.page.evaluate(() => window.client.stopSharing()); }
  leave() { return this.page.evaluate(() => window.client.leave()); }
  close() { return this.context.close(); }
}

/** Waits until each of them decodes new frames of, and hears new sound from, every other; both counted from now on. */
export async function everyoneSeesAndHearsEveryone(participants, { frames = 5, within = 45_000 } = {}) {
  const before = new Map();
  for (const viewer of participants) before.set(viewer, await viewer.statistics());
  await until('everyone sees and hears everyone', async () => {
    const missing = [];
    for (const viewer of participants) {
      const { peers } = await viewer.statistics();
      for (const other of participants) {
        if (other === viewer) continue;
        const now = peers[other.id]?.received ?? { frames: 0, energy: 0 };
        const then = before.get(viewer).peers[other.id]?.received ?? { frames: 0, energy: 0 };
        // A rebuilt connection counts from zero again.
        const seen = now.frames - (now.frames < then.frames ? 0 : then.frames);
        const heard = now.energy - (now.energy < then.energy ? 0 : then.energy);
        if (seen < frames) missing.push(`${viewer.name} sees ${seen} frames of ${other.name} (${peers[other.id]?.state ?? 'no connection'})`);
        if (heard <= 0) missing.push(`${viewer.name} hears nothing of ${other.name}`);
      }
    }
    return missing.length === 0 ? true : { holds: false, seen: missing };
  }, { within, every: 250 });
}

/** Each sends its camera and its microphone once, to the server's own id, and not a byte of media anywhere else. */
export async function upstreams(participants) {
  const uploads = {};
  for (const participant of participants) {
    const { peers, retiredBytes } = await participant.statistics();
    uploads[participant.name] = {
      video: Object.values(peers).filter(peer => peer.sent.video > 0).length + retiredBytes.filter(bytes => bytes > 0).length,
      audio: Object.values(peers).filter(peer => peer.sent.audio > 0).length,
      to: Object.entries(peers).filter(([, peer]) => peer.sent.video > 0 || peer.sent.audio > 0).map(([id]) => id),
    };
  }
  return uploads;
}
