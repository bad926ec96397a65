// A camera that shows what time it is, for measuring how long a picture is on its way: sixteen squares, one for each bit of a count of
// 20 ms steps, black or white, on a ground of one colour.
const STEP_MS = 20, BITS = 16, COLUMNS = 8;

/** Runs in the page before its own scripts; the microphone stays what it was. */
export function timeCodeCamera(colour) {
  return context => context.addInitScript(({ colour, step, bits, columns }) => {
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async constraints => {
      if (!constraints.video) return original(constraints);
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [640, 360];
      const brush = canvas.getContext('2d');
      setInterval(() => {
        const code = Math.floor(Date.now() / step) % 2 ** bits;
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 640, 360);
        for (let bit = 0; bit < bits; bit++) {
          brush.fillStyle = (code >> bit) & 1 ? 'white' : 'black';
          brush.fillRect((bit % columns) * 80, 60 + Math.floor(bit / columns) * 80, 80, 80);
        }
      }, step);
      const stream = canvas.captureStream(30);
      if (constraints.audio) for (const track of (await original({ audio: constraints.audio })).getAudioTracks()) stream.addTrack(track);
      return stream;
    };
  }, { colour, step: STEP_MS, bits: BITS, columns: COLUMNS });
}

/**
 * How old what a page's video shows is, in milliseconds, and the colour of its ground; null while there is none.
 * `area`: where the camera's picture is in the video, in shares of its size.
 */
export function readTimeCode(video, area) {
  return video.evaluate((element, { area, step, bits, columns }) => {
    if (!element.videoWidth) return null;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [element.videoWidth, element.videoHeight];
    const brush = canvas.getContext('2d', { willReadFrequently: true });
    brush.drawImage(element, 0, 0);
    const now = Date.now();
    const at = (x, y) => {
      const [r, g, b] = brush.getImageData(
        Math.round((area.x + (x / 640) * area.width) * canvas.width), Math.round((area.y + (y / 360) * area.height) * canvas.height), 1, 1).data;
      return { r, g, b };
    };
    let code = 0;
    let isClear = true;
    for (let bit = 0; bit < bits; bit++) {
      const { r, g, b } = at((bit % columns) * 80 + 40, 100 + Math.floor(bit / columns) * 80);
      const light = (r + g + b) / 3;
      if (light > 90 && light < 165) isClear = false;
      if (light >= 128) code |= 1 << bit;
    }
    const ground = at(320, 260);
    const steps = (Math.floor(now / step) - code) & (2 ** bits - 1);
    return { age: steps * step, isClear, ground: ground.r > 120 && ground.b < 100 ? 'red' : ground.b > 120 && ground.r < 100 ? 'blue' : 'other' };
  }, { area, step: STEP_MS, bits: BITS, columns: COLUMNS });
}

/** Where pictures are in a broadcast of one, and of two. */
export const areas = {
  whole: { x: 0, y: 0, width: 1, height: 1 },
  left: { x: 4 / 1280, y: 182 / 720, width: 634 / 1280, height: 356 / 720 },
  right: { x: 642 / 1280, y: 182 / 720, width: 634 / 1280, height: 356 / 720 },
};
