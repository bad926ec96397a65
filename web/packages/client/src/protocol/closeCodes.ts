/** How a meeting, or this client's part in it, came to its end. */
export type EndReason =
  | 'left' // by this client's own wish
  | 'ended' // for everybody
  | 'removed' // by a host
  | 'replaced' // the same token was used again, e.g. in another tab
  | 'full'
  | 'unknown'
  | 'refused' // the token is not good (any more) and no other was to be had
  | 'unprotected' // the meeting requires a post-quantum key exchange, which this connection has not
  | 'flooded'
  | 'lost'; // no connection for too long

/** What a WebSocket close code means: a final end, or null when coming back is worth a try. */
export function endReasonOf(closeCode: number): EndReason | null {
  switch (closeCode) {
    case 4001:
      return 'replaced';
    case 4002:
      return 'flooded';
    case 4003:
      return 'removed';
    case 4004:
      return 'ended';
    default:
      return null;
  }
}

/** The end that a refusal code before the upgrade (or in a REST answer) stands for, or null when it may pass. */
export function endReasonOfRefusal(code: string): EndReason | null {
  switch (code) {
    case 'meeting-unknown':
      return 'unknown';
    case 'meeting-ended':
      return 'ended';
    case 'meeting-full':
      return 'full';
    case 'post-quantum-required':
      return 'unprotected';
    case 'forbidden':
    case 'bad-request':
      return 'refused';
    default:
      return null;
  }
}
