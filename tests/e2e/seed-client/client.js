// A client that behaves on the wire as the tutorial's React app does: one connection per peer id, camera and microphone
// added to every one of them, the screen by replaceTrack, chat over the signaling socket. It knows nothing of an SFU.
// What is added here only watches: a log of the messages, and statistics.

const query = new URLSearchParams(location.search);
const api = query.get('api');
const key = query.get('key');

class TutorialClient {
  connections = new Map();   // peer id → RTCPeerConnection
  streams = new Map();       // peer id → MediaStream, one tile each
  messages = [];             // every message received, in order
  closed = null;             // {code, reason} of the socket
  speaker = null;
  negotiations = 0;          // offers made or answered
  #retired = [];             // closed connections whose sending was counted

  async create(title = 'Tutorial meeting', settings = { topology: 'sfu' }) {
    this.meeting = await this.#post('/api/meetings', { title, settings });
    return this.meeting.meetingId;
  }

  async join(meetingId) {
    this.meeting = await this.#post(`/api/meetings/${meetingId}/join`);
    return this.meeting.meetingId;
  }

  async #post(path, body) {
    const headers = { Authorization: `Bearer ${key}` };
    if (body) headers['Content-Type'] = 'application/json';
    const response = await fetch(api + path, { method: 'POST', headers, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  async connect(video) {
    this.local ??= await navigator.mediaDevices.getUserMedia({ video, audio: { echoCancellation: true, noiseSuppression: true } });
    const address = api.replace(/^http/, 'ws');
    const { token, meetingId } = this.meeting;
    this.socket = new WebSocket(`${address}/ws/signaling?token=${token}&meetingId=${meetingId}`);
    this.closed = null;
    this.socket.onmessage = event => this.#receive(JSON.parse(event.data));
    this.socket.onclose = ({ code, reason }) => { this.closed = { code, reason }; };
    await new Promise((resolve, reject) => {
      this.socket.onopen = resolve;
      this.socket.onerror = () => reject(new Error('the signaling socket was refused'));
    });
  }

  async #receive(message) {
    this.messages.push({ ...message, receivedAt: performance.now() });
    switch (message.type) {
      case 'peer-joined': {
        const connection = this.#open(message.peerId);
        await connection.setLocalDescription(await connection.createOffer());
        this.#send({ type: 'offer', sdp: connection.localDescription, to: message.peerId });
        break;
      }
      case 'offer': {
        const connection = this.#open(message.from);
        await connection.setRemoteDescription(message.sdp);
        await connection.setLocalDescription(await connection.createAnswer());
        this.#send({ type: 'answer', sdp: connection.localDescription, to: message.from });
        break;
      }
      case 'answer':
        await this.connections.get(message.from)?.setRemoteDescription(message.sdp);
        break;
      case 'ice-candidate':
        await this.connections.get(message.from)?.addIceCandidate(message.candidate);
        break;
      case 'active-speaker':
        this.speaker = message.peerId;
        break;
      case 'peer-left':
        this.connections.get(message.peerId)?.close();
        this.connections.delete(message.peerId);
        this.streams.delete(message.peerId);
        document.getElementById(`tile-${message.peerId}`)?.remove();
        break;
    }
  }

  #send(message) {
    this.socket.send(JSON.stringify(message));
  }

  #open(peerId) {
    const connection = new RTCPeerConnection({ iceServers: this.meeting.iceServers });
    // As in the tutorial, a second connection for the same id takes the place of the first without closing it.
    if (this.connections.has(peerId)) this.#retired.push({ peerId, connection: this.connections.get(peerId) });
    this.connections.set(peerId, connection);
    this.negotiations++;
    for (const track of this.local.getTracks()) connection.addTrack(track, this.local);
    connection.ontrack = ({ streams: [stream] }) => {
      this.streams.set(peerId, stream);
      this.#show(peerId, stream);
    };
    connection.onicecandidate = ({ candidate }) => {
      if (candidate) this.#send({ type: 'ice-candidate', candidate, to: peerId });
    };
    return connection;
  }

  #show(peerId, stream) {
    let tile = document.getElementById(`tile-${peerId}`);
    if (!tile) {
      tile = document.createElement('video');
      tile.id = `tile-${peerId}`;
      tile.autoplay = tile.playsInline = true;
      document.getElementById('tiles').append(tile);
    }
    if (tile.srcObject !== stream) tile.srcObject = stream;
  }

  say(text) {
    this.#send({ type: 'chat', text });
  }

  send(text) {
    this.socket.send(text);
  }

  async shareScreen(video) {
    const screen = await navigator.mediaDevices.getDisplayMedia({ video });
    [this.screen] = screen.getVideoTracks();
    await this.#replaceVideo(this.screen);
    this.screen.onended = () => this.stopSharing();
  }

  async stopSharing() {
    await this.#replaceVideo(this.local.getVideoTracks()[0]);
    this.screen?.stop();
    this.screen = null;
  }

  async #replaceVideo(track) {
    for (const connection of this.connections.values()) {
      const sender = connection.getSenders().find(candidate => candidate.track?.kind === 'video');
      await sender?.replaceTrack(track);
    }
  }

  speak(aloud) {
    for (const track of this.local.getAudioTracks()) track.enabled = aloud;
  }

  leave() {
    for (const connection of this.connections.values()) connection.close();
    this.connections.clear();
    this.streams.clear();
    document.getElementById('tiles').replaceChildren();
    this.socket.close();
  }

  // Statistics of each connection by peer id, in plain numbers.
  async statistics() {
    const peers = {};
    for (const [peerId, connection] of this.connections) peers[peerId] = await summarize(connection);
    const retiredBytes = [];
    for (const { connection } of this.#retired) {
      if (connection.connectionState !== 'closed') retiredBytes.push((await summarize(connection)).sent.video);
    }
    return { peers, retiredBytes };
  }
}

async function summarize(connection) {
  const sent = { audio: 0, video: 0, rids: 0, width: 0 };
  const received = { frames: 0, width: 0, height: 0, energy: 0, samples: 0, audioBytes: 0, videoBytes: 0, lost: 0 };
  for (const entry of (await connection.getStats()).values()) {
    if (entry.type === 'outbound-rtp') {
      sent[entry.kind] += entry.bytesSent + (entry.retransmittedBytesSent ?? 0);
      if (entry.rid) sent.rids++;
      if (entry.kind === 'video') sent.width = entry.frameWidth ?? 0;
    } else if (entry.type === 'inbound-rtp' && entry.kind === 'video') {
      Object.assign(received, { frames: entry.framesDecoded ?? 0, width: entry.frameWidth ?? 0, height: entry.frameHeight ?? 0, videoBytes: entry.bytesReceived });
      received.lost += entry.packetsLost ?? 0;
    } else if (entry.type === 'inbound-rtp' && entry.kind === 'audio') {
      Object.assign(received, { energy: entry.totalAudioEnergy ?? 0, samples: entry.totalSamplesReceived ?? 0, audioBytes: entry.bytesReceived });
      received.lost += entry.packetsLost ?? 0;
    }
  }
  return { state: connection.connectionState, signaling: connection.signalingState, sent, received };
}

window.client = new TutorialClient();
