import { Store } from '@tertulia/client';
import { remember, remembered } from '../util/remembered.js';

/** Where sound comes out; empty for the system's default. */
export const speakerId = new Store<string>(remembered('speaker') ?? '');

export const canChooseSpeaker = 'setSinkId' in HTMLMediaElement.prototype;

export function chooseSpeaker(deviceId: string): void {
  remember('speaker', deviceId);
  speakerId.set(deviceId);
}

/** Sends an element's sound to the chosen speaker; a speaker that is gone leaves it at the default one. */
export async function routeToSpeaker(element: HTMLMediaElement, deviceId: string): Promise<void> {
  if (!canChooseSpeaker || element.sinkId === deviceId) return;
  await element.setSinkId(deviceId).catch(() => undefined);
}

/** Plays two soft notes, to hear whether the speaker works. */
export async function playTestSound(): Promise<void> {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  [523.25, 783.99].forEach((frequency, index) => {
    const at = context.currentTime + index * 0.22;
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.25, at + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
    const note = new OscillatorNode(context, { frequency });
    note.connect(gain).connect(output);
    note.start(at);
    note.stop(at + 0.65);
  });
  const element = new Audio();
  element.srcObject = output.stream;
  await routeToSpeaker(element, speakerId.get());
  await element.play();
  setTimeout(() => void context.close(), 1500);
}
