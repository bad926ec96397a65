import { describe, expect, it } from 'vitest';
import { CaptionLog } from '../src/meeting/CaptionLog.js';
import type { ClientMessage, TranscriptionEntry } from '../src/protocol/messages.js';

const info = { show: true, available: true, language: 'en', languages: ['en', 'de'] };

describe('captions', () => {
  it('grow under one id and settle', () => {
    const log = new CaptionLog(() => true);
    log.receive(line('a', 'The', false));
    log.receive(line('b', 'Yes', false, 1));
    log.receive(line('a', 'The report', true));
    expect(log.state.get().lines.map(({ text, isFinal }) => [text, isFinal])).toEqual([
      ['The report', true],
      ['Yes', false],
    ]);
  });

  it('stand in the order in which they began to be spoken', () => {
    const log = new CaptionLog(() => true);
    log.receive(line('b', 'second', true, 5));
    log.receive(line('a', 'first', true, 2));
    expect(log.state.get().lines.map(({ text }) => text)).toEqual(['first', 'second']);
  });

  it('take back what was no speech', () => {
    const log = new CaptionLog(() => true);
    log.receive(line('a', 'hm', false));
    log.receive(line('a', '', true));
    log.receive(line('c', '', true));
    expect(log.state.get().lines).toEqual([]);
  });

  it('keep the last thousand lines', () => {
    const log = new CaptionLog(() => true);
    for (let i = 0; i < 1100; i++) log.receive(line(`${i}`, `${i}`, true, i));
    expect(log.state.get().lines).toHaveLength(1000);
    expect(log.state.get().lines[0]?.text).toBe('100');
  });

  it('stay as chosen over a new connection', () => {
    const sent: ClientMessage[] = [];
    const log = new CaptionLog((message) => sent.push(message) > 0);
    log.connected({ ...info, show: false });
    log.choose({ show: true });
    log.told({ ...info, language: 'de' }, undefined);
    log.connected({ ...info, show: false });
    expect(sent).toEqual([
      { type: 'captions', show: true },
      { type: 'captions', show: true },
      { type: 'captions', language: 'de' },
    ]);
  });

  it('say why there are none', () => {
    const log = new CaptionLog(() => true);
    log.told({ ...info, available: false }, 'It does not answer.');
    expect(log.state.get().problem).toBe('It does not answer.');
    log.told(info, undefined);
    expect(log.state.get().problem).toBeNull();
  });
});

function line(segmentId: string, text: string, isFinal: boolean, second = 0): TranscriptionEntry {
  const timestamp = new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
  return { segmentId, text, isFinal, speaker: 'Ada', peerId: 'ada', timestamp, confidence: 0.9, language: 'en' };
}
