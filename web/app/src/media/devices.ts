import { DeviceList, type LocalMedia } from '@tertulia/client';
import { remember, remembered } from '../util/remembered.js';

/** The devices of this machine, shared by device check and settings. */
export const devices = new DeviceList();

const SOURCES = ['microphone', 'camera'] as const;

/** Takes the devices that were used last time. */
export function restoreDevices(media: LocalMedia): void {
  for (const source of SOURCES) {
    const deviceId = remembered(source);
    if (deviceId) void media.selectDevice(source, deviceId);
  }
}

/** Keeps in mind what is used now; returns the function that ends it. */
export function rememberDevices(media: LocalMedia): () => void {
  return media.state.subscribe(() => {
    for (const source of SOURCES) {
      const { track, deviceId } = media.state.get()[source];
      if (track && deviceId) remember(source, deviceId);
    }
  });
}
