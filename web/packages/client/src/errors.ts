import type { TrackSource } from './protocol/messages.js';

/** What went wrong, as a stable code: server codes (`meeting-full`, `token-expired`, …) or the client's own. */
export class TertuliaError extends Error {
  readonly code: string;
  /** HTTP status, when the error came from a REST call. */
  readonly status: number | undefined;

  constructor(code: string, message: string, options?: { status?: number; cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TertuliaError';
    this.code = code;
    this.status = options?.status;
  }
}

export type MediaErrorCode =
  | 'permission-denied' // the person or a policy said no in the browser
  | 'system-denied' // the operating system keeps the browser from the device
  | 'no-device'
  | 'device-busy'
  | 'insecure-context' // plain http from another host: the browser offers no devices at all
  | 'unsupported'
  | 'cancelled' // the screen picker was closed
  | 'failed';

/** A camera, microphone or screen could not be had. */
export class MediaError extends TertuliaError {
  declare readonly code: MediaErrorCode;
  readonly source: TrackSource;

  constructor(code: MediaErrorCode, source: TrackSource, message: string, cause?: unknown) {
    super(code, message, { cause });
    this.name = 'MediaError';
    this.source = source;
  }

  /** Names a `getUserMedia`/`getDisplayMedia` failure by what the person can do about it. */
  static from(error: unknown, source: TrackSource): MediaError {
    if (error instanceof MediaError) return error;
    const name = error instanceof Error ? error.name : '';
    const message = error instanceof Error ? error.message : String(error);
    return new MediaError(codeOf(name, message, source), source, message || name || 'unknown', error);
  }
}

function codeOf(name: string, message: string, source: TrackSource): MediaErrorCode {
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
    case 'PermissionDeniedError':
      // Chromium and Firefox say "by system" / "by the operating system" when the browser itself lacks the right.
      if (/system/i.test(message)) return 'system-denied';
      return source === 'screen' ? 'cancelled' : 'permission-denied';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'no-device';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return source === 'screen' && name === 'AbortError' ? 'cancelled' : 'device-busy';
    case 'TypeError':
    case 'NotSupportedError':
      return 'unsupported';
    default:
      return 'failed';
  }
}
