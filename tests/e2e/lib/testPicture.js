// A camera and a microphone that can be recognised in a recording: one colour with a bar that moves, one tone; and a white flash with a
// louder beep at the start of every third second. Runs in the page before its own scripts.
export function testPicture({ colour, frequency }) {
  return context => context.addInitScript(({ colour, frequency }) => {
    navigator.mediaDevices.getUserMedia = async () => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [640, 360];
      const brush = canvas.getContext('2d');
      const audio = new AudioContext({ sampleRate: 48_000 });
      await audio.resume();
      const [tone, volume, out] = [audio.createOscillator(), audio.createGain(), audio.createMediaStreamDestination()];
      tone.frequency.value = frequency;
      volume.gain.value = 0.1;
      tone.connect(volume).connect(out);
      tone.start();
      let flashing = null;
      setInterval(() => {
        const now = performance.now() / 1000;
        const flash = Math.floor(now / 3);
        const isOn = now % 3 < 0.15;
        if (isOn && flashing !== flash) {
          flashing = flash;
          volume.gain.setValueAtTime(0.6, audio.currentTime);
          volume.gain.setValueAtTime(0.1, audio.currentTime + 0.15);
        }
        brush.fillStyle = isOn ? 'white' : colour;
        brush.fillRect(0, 0, 640, 360);
        brush.fillStyle = 'black';
        brush.fillRect((now * 100) % 640, 0, 6, 20);
      }, 33);
      const stream = canvas.captureStream(30);
      stream.addTrack(out.stream.getAudioTracks()[0]);
      return stream;
    };
  }, { colour, frequency });
}
