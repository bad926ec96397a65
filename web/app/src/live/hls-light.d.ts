/** The same without what broadcasts have not: subtitles, other languages, encryption. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
