// A client of the transport dialect (`tertulia.v1`) that measures: it sends a camera in a chosen codec and way, or watches and
// writes down when which picture was shown. It adapts nothing by itself.

const query = new URLSearchParams(location.search);
const api = query.get('api');
const key = query.get('key');

const layers = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
];
const encodings = {
  simulcast: layers,
  temporal: layers.map(layer => ({ ...layer, scalabilityMode: 'L1T3' })),
  svc: [{ scalabilityMode: 'L3T3_KEY', maxBitrate: 2_000_000 }],
  'full-svc': [{ scalabilityMode: 'L3T3', maxBitrate: 2_000_000 }],
  plain: [{ maxBitrate: 1_700_000 }],
};

/** Firefox's own fake microphone is a steady tone, which Opus takes for music: syllables of a buzzing voice, as Chromium gets them from a file. */
function voice() {
  const context = new AudioContext({ sampleRate: 48_000 });
  const seconds = 6;
  const buffer = context.createBuffer(1, context.sampleRate * seconds, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) {
    const time = i / context.sampleRate;
    const pitch = 140 + 30 * Math.sin(2 * Math.PI * 0.7 * time);
    for (let harmonic = 1; harmonic <= 12; harmonic++) samples[i] += Math.sin(2 * Math.PI * pitch * harmonic * time) / harmonic;
    samples[i] *= 0.2 * (0.25 + 0.75 * Math.sin(Math.PI * time * 4) ** 2);
  }
  const [source, out] = [new AudioBufferSourceNode(context, { buffer, loop: true }), context.createMediaStreamDestination()];
  source.connect(out);
  source.start();
  return out.stream.getAudioTracks()[0];
}

class MeasuringClient {
  pictures = [];   // [time, height] of each picture shown
  messages = [];

  /** `only`: the one participant whose picture and sound count; the others' are not asked for, nor measured. */
  async enter(meetingId, publish, only) {
    this.only = only;
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
    const path = meetingId ? `/api/meetings/${meetingId}/join` : '/api/meetings';
    const meeting = await (await fetch(api + path, { method: 'POST', headers, body: '{}' })).json();
    this.socket = new WebSocket(`${api.replace(/^http/, 'ws')}/ws/signaling?token=${meeting.token}&meetingId=${meeting.meetingId}`, ['tertulia.v1']);
    this.socket.onmessage = event => this.#receive(JSON.parse(event.data), publish);
    await new Promise((resolve, reject) => Object.assign(this.socket, { onopen: resolve, onerror: reject }));
    return meeting.meetingId;
  }

  async #receive(message, publish) {
    this.messages.push(message);
    if (message.type === 'welcome' && publish) await this.#publish(publish);
    else if (message.type === 'answer') await this.up.setRemoteDescription(message.sdp);
    else if (message.type === 'layers') await this.#encode(message.rids);
    else if (message.type === 'offer' && message.connection === 'down') await this.#watch(message);
  }

  async #publish({ codec, mode, width, height, frameRate }) {
    const media = await navigator.mediaDevices.getUserMedia({ video: { width, height, frameRate }, audio: true });
    const microphone = navigator.userAgent.includes('Firefox') ? voice() : media.getAudioTracks()[0];
    const [camera] = media.getVideoTracks();
    this.up = new RTCPeerConnection();
    this.up.addTransceiver(microphone, { direction: 'sendonly', sendEncodings: [{ maxBitrate: 40_000 }] });
    const video = this.up.addTransceiver(camera, { direction: 'sendonly', sendEncodings: encodings[mode].map(layer => ({ ...layer })) });
    const known = RTCRtpSender.getCapabilities('video').codecs;
    const isWanted = ({ mimeType, sdpFmtpLine = '' }) => mimeType === `video/${codec}`
      && !/profile-id=[1-9]|packetization-mode=0|profile-level-id=(4d|64)|profile=[1-9]/.test(sdpFmtpLine);
    video.setCodecPreferences([...known.filter(isWanted), ...known.filter(({ mimeType }) => mimeType === 'video/rtx')]);
    await this.up.setLocalDescription(await this.up.createOffer());
    const [audioMid, videoMid] = this.up.getTransceivers().map(({ mid }) => mid);
    const tracks = [{ mid: audioMid, source: 'microphone' }, { mid: videoMid, source: 'camera' }];
    this.#send({ type: 'offer', to: 'sfu', connection: 'up', sdp: this.up.localDescription, tracks });
  }

  async #encode(rids) {
    const sender = this.up.getSenders().find(({ track }) => track?.kind === 'video');
    const parameters = sender.getParameters();
    if (parameters.encodings.length < 2) return;
    for (const encoding of parameters.encodings) encoding.active = rids.includes(encoding.rid);
    await sender.setParameters(parameters);
  }

  async #watch({ sdp, tracks, fresh }) {
    if (fresh) {
      this.down?.close();
      this.down = null;
    }
    this.down ??= this.#open();
    await this.down.setRemoteDescription(sdp);
    await this.down.setLocalDescription(await this.down.createAnswer());
    this.#send({ type: 'answer', to: 'sfu', connection: 'down', sdp: this.down.localDescription });
    this.watched = tracks.filter(({ peerId }) => !this.only || peerId === this.only);
    this.cameras = this.watched.filter(({ source }) => source === 'camera');
    this.view(720);
  }

  /** Says that every camera is shown in tiles of that many rows. */
  view(height) {
    this.#send({ type: 'view', items: this.cameras.map(({ peerId, source }) => ({ peerId, source, width: Math.round(height * 16 / 9), height })) });
  }

  #open() {
    const connection = new RTCPeerConnection();
    connection.ontrack = ({ track }) => {
      const element = document.createElement(track.kind === 'audio' ? 'audio' : 'video');
      Object.assign(element, { autoplay: true, playsInline: true, srcObject: new MediaStream([track]) });
      document.body.append(element);
      const shown = (now, { height }) => {
        this.pictures.push([performance.now(), height]);
        element.requestVideoFrameCallback(shown);
      };
      if (track.kind === 'video') element.requestVideoFrameCallback(shown);
    };
    return connection;
  }

  #send(message) { this.socket.send(JSON.stringify(message)); }

  /** Counters of what is received now, and the pictures shown since the last call. */
  async measure() {
    const result = { now: performance.now(), pictures: this.pictures, streams: [] };
    this.pictures = [];
    const isWatched = ({ type, mid }) => type === 'inbound-rtp' && (!this.only || this.watched.some(track => track.mid === mid));
    for (const entry of (await this.down?.getStats())?.values() ?? []) if (isWatched(entry)) result.streams.push({ ...entry });
    return result;
  }

  /** What is sent now, by encoding. */
  async sending() {
    return [...(await this.up.getStats()).values()].filter(({ type }) => type === 'outbound-rtp' || type === 'remote-inbound-rtp').map(entry => ({ ...entry }));
  }

  /** What the received picture is encoded with. */
  async codec() {
    const stats = await this.down.getStats();
    const video = [...stats.values()].find(entry => entry.type === 'inbound-rtp' && entry.kind === 'video');
    return stats.get(video?.codecId)?.mimeType;
  }
}

window.client = new MeasuringClient();
