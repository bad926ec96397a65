// A WAV file for the fake microphone: syllables of a buzzing voice at four a second, without long pauses, so that
// level meters and speaker detection see speech. It is looped by the browser.

const rate = 48_000;
const seconds = 6;

export function voice() {
  const samples = rate * seconds;
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i++) {
    const time = i / rate;
    const syllable = 0.25 + 0.75 * Math.sin(Math.PI * time * 4) ** 2;
    const pitch = 140 + 30 * Math.sin(2 * Math.PI * 0.7 * time);
    let tone = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) tone += Math.sin(2 * Math.PI * pitch * harmonic * time) / harmonic;
    file.writeInt16LE(Math.round(7000 * syllable * tone), 44 + i * 2);
  }
  return file;
}
