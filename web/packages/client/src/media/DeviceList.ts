import { browserPlatform, type Platform } from '../platform.js';
import { Store, type ReadableStore } from '../util/Store.js';

export interface Device {
  readonly deviceId: string;
  /** Never empty: browsers hide names until a device was allowed, then a number stands in. */
  readonly label: string;
}

export interface DeviceChoices {
  readonly microphones: readonly Device[];
  readonly cameras: readonly Device[];
  readonly speakers: readonly Device[];
}

/** The devices of this machine, kept current while someone looks (plugged in, pulled out, allowed). */
export class DeviceList {
  readonly #platform: Platform;
  readonly #choices = new Store<DeviceChoices>({ microphones: [], cameras: [], speakers: [] });
  #watchers = 0;

  constructor(platform: Platform = browserPlatform) {
    this.#platform = platform;
  }

  get choices(): ReadableStore<DeviceChoices> {
    return this.#choices;
  }

  /** Starts watching; returns the function that ends it. */
  watch(): () => void {
    const devices = this.#platform.mediaDevices;
    if (this.#watchers++ === 0) devices?.addEventListener('devicechange', this.refresh);
    void this.refresh();
    return () => {
      if (--this.#watchers === 0) devices?.removeEventListener('devicechange', this.refresh);
    };
  }

  /** Reads the list again; wanted after a permission was given, for only then the names are told. */
  readonly refresh = async (): Promise<void> => {
    const all = (await this.#platform.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
    this.#choices.set({
      microphones: pick(all, 'audioinput', 'Microphone'),
      cameras: pick(all, 'videoinput', 'Camera'),
      speakers: pick(all, 'audiooutput', 'Speaker'),
    });
  };
}

function pick(all: MediaDeviceInfo[], kind: MediaDeviceKind, noun: string): Device[] {
  return all
    .filter((device) => device.kind === kind && device.deviceId !== '')
    .map((device, index) => ({ deviceId: device.deviceId, label: device.label || `${noun} ${index + 1}` }));
}
