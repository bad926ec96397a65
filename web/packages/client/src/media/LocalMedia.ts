import { MediaError } from '../errors.js';
import { browserPlatform, type Platform } from '../platform.js';
import type { TrackSource } from '../protocol/messages.js';
import { Emitter } from '../util/Emitter.js';
import { Store, type ReadableStore } from '../util/Store.js';
import { TaskQueue } from '../util/TaskQueue.js';
import { cameraConstraints, microphoneConstraints, screenConstraints } from './constraints.js';

export interface LocalTrack {
  /** What is being captured; null while nothing is. */
  readonly track: MediaStreamTrack | null;
  /** A stream of just that track, for a `srcObject`. */
  readonly stream: MediaStream | null;
  /** True while others get nothing: microphone muted, camera off, screen not shared. */
  readonly muted: boolean;
  /** The device in use or wanted next. */
  readonly deviceId: string | undefined;
  readonly error: MediaError | null;
}

export type LocalMediaState = Readonly<Record<TrackSource, LocalTrack>>;

export interface LocalMediaEvents {
  /** The track of a source was replaced, or its mute state changed. */
  change: TrackSource;
  /** The device of a source went away while in use. */
  lost: { source: 'microphone' | 'camera' };
  /** Sharing ended, by the application or by the browser's own "Stop sharing". */
  screenended: { byBrowser: boolean };
}

const EMPTY: LocalTrack = { track: null, stream: null, muted: true, deviceId: undefined, error: null };

/** This page's own microphone, camera and screen: acquired, muted, switched and released; independent of any meeting. */
export class LocalMedia {
  readonly #platform: Platform;
  readonly #state = new Store<LocalMediaState>({ microphone: EMPTY, camera: EMPTY, screen: EMPTY, 'screen-audio': EMPTY });
  readonly #events = new Emitter<LocalMediaEvents>();
  readonly #queues = { microphone: new TaskQueue(), camera: new TaskQueue(), screen: new TaskQueue() };

  constructor(platform: Platform = browserPlatform) {
    this.#platform = platform;
  }

  get state(): ReadableStore<LocalMediaState> {
    return this.#state;
  }

  readonly on = this.#events.on.bind(this.#events);

  /**
   * Opens microphone and camera with one question to the person instead of two. Never throws: what could not be had has its
   * `error` in the state.
   */
  async startBoth(): Promise<void> {
    const { microphone, camera } = this.#state.get();
    const together = this.#platform.mediaDevices && !isLive(microphone.track) && !isLive(camera.track);
    if (together) {
      try {
        const constraints = { ...microphoneConstraints(microphone.deviceId), ...cameraConstraints(camera.deviceId) };
        const stream = await this.#platform.mediaDevices!.getUserMedia(constraints);
        await this.#queues.microphone.run(async () => this.#replace('microphone', stream.getAudioTracks()[0] ?? null));
        await this.#queues.camera.run(async () => this.#replace('camera', stream.getVideoTracks()[0] ?? null));
        return;
      } catch {
        // One of the two may be there all the same: ask for each, which also tells what is wrong with which.
      }
    }
    await Promise.allSettled([this.unmuteMicrophone(), this.startCamera()]);
  }

  /** Turns the microphone on, opening the device if needed. Throws {@link MediaError}. */
  unmuteMicrophone(): Promise<void> {
    return this.#queues.microphone.run(async () => {
      if (!isLive(this.#state.get().microphone.track)) await this.#openMicrophone();
      this.#setMicrophoneMuted(false);
    });
  }

  /** Silence at once; the device stays open, so that speaking again takes no time. */
  muteMicrophone(): Promise<void> {
    return this.#queues.microphone.run(async () => this.#setMicrophoneMuted(true));
  }

  /** Opens the camera. Throws {@link MediaError}. */
  startCamera(): Promise<void> {
    return this.#queues.camera.run(async () => {
      if (!isLive(this.#state.get().camera.track)) await this.#openCamera();
    });
  }

  /** Closes the camera for real: its light goes out. */
  stopCamera(): Promise<void> {
    return this.#queues.camera.run(async () => this.#replace('camera', null));
  }

  /** Chooses the device for `source`; a device in use is exchanged without anyone noticing. */
  selectDevice(source: 'microphone' | 'camera', deviceId: string): Promise<void> {
    return this.#queues[source].run(async () => {
      const before = this.#state.get()[source];
      if (before.deviceId === deviceId && !before.error) return;
      this.#patch(source, { deviceId });
      if (source === 'camera' && before.track) await this.#openCamera();
      if (source === 'microphone' && before.track) {
        await this.#openMicrophone();
        this.#setMicrophoneMuted(before.muted);
      }
    });
  }

  /** Asks for a screen, window or tab, with its sound where the browser offers it. Throws {@link MediaError}. */
  startScreen(): Promise<void> {
    return this.#queues.screen.run(async () => {
      if (isLive(this.#state.get().screen.track)) return;
      const devices = this.#devices('screen');
      if (!devices.getDisplayMedia) throw new MediaError('unsupported', 'screen', 'this browser cannot share a screen');
      const stream = await this.#capture('screen', () => devices.getDisplayMedia(screenConstraints()));
      const video = stream.getVideoTracks()[0] ?? null;
      // Text must stay readable: rather fewer frames than fewer pixels.
      if (video && 'contentHint' in video) video.contentHint = 'detail';
      video?.addEventListener('ended', () => void this.#endScreen(video));
      this.#replace('screen-audio', stream.getAudioTracks()[0] ?? null);
      this.#replace('screen', video);
    });
  }

  stopScreen(): Promise<void> {
    return this.#queues.screen.run(async () => this.#closeScreen(false));
  }

  /** Releases every device. */
  async close(): Promise<void> {
    await Promise.all([this.stopCamera(), this.stopScreen(), this.#queues.microphone.run(async () => this.#replace('microphone', null))]);
  }

  async #openMicrophone(): Promise<void> {
    const { deviceId } = this.#state.get().microphone;
    const stream = await this.#getUserMedia('microphone', microphoneConstraints, deviceId);
    this.#replace('microphone', stream.getAudioTracks()[0] ?? null);
  }

  async #openCamera(): Promise<void> {
    const { deviceId, track } = this.#state.get().camera;
    // Some systems let only one holder have a camera at a size: free it before asking again.
    if (track) track.stop();
    try {
      const stream = await this.#getUserMedia('camera', cameraConstraints, deviceId);
      this.#replace('camera', stream.getVideoTracks()[0] ?? null);
    } catch (error) {
      this.#replace('camera', null, error as MediaError);
      throw error;
    }
  }

  async #getUserMedia(
    source: 'microphone' | 'camera',
    constraints: (deviceId?: string) => MediaStreamConstraints,
    deviceId: string | undefined,
  ): Promise<MediaStream> {
    const devices = this.#devices(source);
    return this.#capture(source, async () => {
      try {
        return await devices.getUserMedia(constraints(deviceId));
      } catch (error) {
        // A remembered device that is gone is no reason to stay silent: take the default one.
        if (!deviceId || MediaError.from(error, source).code !== 'no-device') throw error;
        this.#patch(source, { deviceId: undefined });
        return devices.getUserMedia(constraints());
      }
    });
  }

  async #capture(source: TrackSource, acquire: () => Promise<MediaStream>): Promise<MediaStream> {
    try {
      const stream = await acquire();
      this.#patch(source, { error: null });
      return stream;
    } catch (error) {
      const problem = MediaError.from(error, source);
      if (problem.code !== 'cancelled') this.#patch(source, { error: problem });
      throw problem;
    }
  }

  #devices(source: TrackSource): MediaDevices {
    const devices = this.#platform.mediaDevices;
    if (devices) return devices;
    const error = new MediaError('insecure-context', source, 'cameras and microphones need https (or localhost)');
    this.#patch(source, { error });
    throw error;
  }

  #setMicrophoneMuted(muted: boolean): void {
    const { track } = this.#state.get().microphone;
    if (track) track.enabled = !muted;
    this.#patch('microphone', { muted: muted || !track });
    this.#events.emit('change', 'microphone');
  }

  #replace(source: TrackSource, track: MediaStreamTrack | null, error: MediaError | null = null): void {
    const before = this.#state.get()[source].track;
    if (before && before !== track) before.stop();
    if (track && (source === 'microphone' || source === 'camera')) {
      track.addEventListener('ended', () => this.#deviceEnded(source, track));
    }
    this.#patch(source, {
      track,
      stream: track ? this.#platform.createStream([track]) : null,
      muted: source === 'microphone' ? !track || !track.enabled : !track,
      error,
      ...(track && (source === 'microphone' || source === 'camera') ? { deviceId: track.getSettings?.().deviceId ?? this.#state.get()[source].deviceId } : {}),
    });
    this.#events.emit('change', source);
  }

  /** Fired by the browser only, never by our own `stop()`: unplugged, or taken away by the person or the system. */
  #deviceEnded(source: 'microphone' | 'camera', track: MediaStreamTrack): void {
    if (this.#state.get()[source].track !== track) return;
    const { muted } = this.#state.get()[source];
    this.#patch(source, { deviceId: undefined });
    this.#replace(source, null);
    this.#events.emit('lost', { source });
    // The system's next best device takes over where there is one.
    if (!muted) void (source === 'camera' ? this.startCamera() : this.unmuteMicrophone()).catch(() => undefined);
  }

  #endScreen(track: MediaStreamTrack): Promise<void> {
    return this.#queues.screen.run(async () => {
      if (this.#state.get().screen.track === track) this.#closeScreen(true);
    });
  }

  #closeScreen(byBrowser: boolean): void {
    if (!this.#state.get().screen.track) return;
    this.#replace('screen', null);
    this.#replace('screen-audio', null);
    this.#events.emit('screenended', { byBrowser });
  }

  #patch(source: TrackSource, change: Partial<LocalTrack>): void {
    this.#state.update((state) => ({ ...state, [source]: { ...state[source], ...change } }));
  }
}

function isLive(track: MediaStreamTrack | null): boolean {
  return track?.readyState === 'live';
}
