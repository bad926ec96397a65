// A client of the transport dialect (tertulia.v1) as plain as can be: what it publishes and what it views is said by the test.
const query = new URLSearchParams(location.search);
const api = query.get('api');
const key = query.get('key');

class TransportClient {
  messages = [];
  tracks = [];               // what the server says of each section of the downlink: {mid, peerId, source}

  async create() {
    this.meeting = await this.#post('/api/meetings', { title: 'Codecs', settings: { topology: 'sfu' } });
    return this.meeting.meetingId;
  }

  async join(meetingId) {
    this.meeting = await this.#post(`/api/meetings/${meetingId}/join`);
  }

  async #post(path, body) {
    const headers = { Authorization: `Bearer ${key}` };
    if (body) headers['Content-Type'] = 'application/json';
    const response = await fetch(api + path, { method: 'POST', headers, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async connect() {
    const { token, meetingId } = this.meeting;
    this.socket = new WebSocket(`${api.replace(/^http/, 'ws')}/ws/signaling?token=${token}&meetingId=${meetingId}`, ['tertulia.v1']);
    const welcome = new Promise(resolve => { this.#welcomed = resolve; });
    this.socket.onmessage = event => this.#receive(JSON.parse(event.data));
    return (await welcome).peerId;
  }

  #welcomed;

  /** Sends the camera in these encodings with one codec: `{mimeType, sdpFmtpLine?}`. */
  async publish(video, codec, encodings) {
    this.camera = await navigator.mediaDevices.getUserMedia({ video });
    this.up = new RTCPeerConnection();
    const transceiver = this.up.addTransceiver(this.camera.getVideoTracks()[0], { direction: 'sendonly', sendEncodings: encodings });
    const codecs = RTCRtpSender.getCapabilities('video').codecs.filter(candidate => candidate.mimeType === 'video/rtx'
      || (candidate.mimeType === codec.mimeType && (candidate.sdpFmtpLine ?? '').includes(codec.sdpFmtpLine ?? '')));
    transceiver.setCodecPreferences(codecs);
    await this.up.setLocalDescription();
    this.#send({ type: 'offer', to: 'sfu', connection: 'up', sdp: this.up.localDescription, tracks: [{ mid: transceiver.mid, source: 'camera' }] });
  }

  view(items) {
    this.#send({ type: 'view', items });
  }

  async #receive(message) {
    this.messages.push(message);
    if (message.type === 'welcome') this.#welcomed(message);
    if (message.type === 'answer') await this.up.setRemoteDescription(message.sdp);
    if (message.type === 'offer' && message.connection === 'down') await this.#answerDown(message);
  }

  async #answerDown({ sdp, tracks, fresh }) {
    if (fresh || !this.down) {
      this.down?.close();
      this.down = new RTCPeerConnection();
      this.down.ontrack = ({ track }) => {
        const tile = Object.assign(document.createElement('video'), { autoplay: true, muted: true, srcObject: new MediaStream([track]) });
        document.getElementById('tiles').append(tile);
      };
    }
    this.tracks = tracks;
    await this.down.setRemoteDescription(sdp);
    await this.down.setLocalDescription();
    this.#send({ type: 'answer', to: 'sfu', connection: 'down', sdp: this.down.localDescription });
  }

  #send(message) {
    this.socket.send(JSON.stringify(message));
  }

  /** The statistics of one peer's picture, with the name of its codec. */
  async received(peerId) {
    const mid = this.tracks.find(track => track.peerId === peerId && track.source === 'camera')?.mid;
    if (mid === undefined) return {};
    const report = await this.down.getStats();
    const inbound = [...report.values()].find(entry => entry.type === 'inbound-rtp' && entry.mid === mid) ?? {};
    return { ...inbound, codec: report.get(inbound.codecId)?.mimeType };
  }

  async sent() {
    const entries = [...(await this.up.getStats()).values()].filter(entry => entry.type === 'outbound-rtp');
    return entries.map(({ rid, frameHeight, framesEncoded, scalabilityMode, targetBitrate, active }) => ({ rid, frameHeight, framesEncoded, scalabilityMode, targetBitrate, active }));
  }

  leave() {
    this.up?.close();
    this.down?.close();
    this.socket.close();
  }
}

window.client = new TransportClient();
