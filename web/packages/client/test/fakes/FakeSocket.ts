import type { SocketLike } from '../../src/platform.js';
import type { ClientMessage, ServerMessage } from '../../src/protocol/messages.js';

/** A WebSocket whose other end is the test. */
export class FakeSocket implements SocketLike {
  readonly url: URL;
  readonly protocol: string;
  readyState = 0;
  readonly sent: ClientMessage[] = [];
  closedWith: number | undefined;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;

  constructor(url: string, protocol: string) {
    this.url = new URL(url);
    this.protocol = protocol;
  }

  get token(): string | null {
    return this.url.searchParams.get('token');
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as ClientMessage);
  }

  close(code?: number): void {
    this.closedWith = code;
    this.readyState = 3;
  }

  // What the server does:

  accept(): void {
    this.readyState = 1;
    this.onopen?.(new Event('open'));
  }

  deliver(message: ServerMessage | Record<string, unknown>): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }

  welcome(change: Record<string, unknown> = {}): void {
    this.accept();
    this.deliver({
      type: 'welcome',
      peerId: 'me',
      displayName: 'Ada',
      role: 'participant',
      meetingId: 'mtg_1',
      topology: 'sfu',
      participants: [],
      resumed: false,
      resumeToken: 'resume-1',
      iceServers: [],
      ...change,
    });
  }

  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code, reason: '' } as CloseEvent);
  }

  sentOf<Type extends ClientMessage['type']>(type: Type): Extract<ClientMessage, { type: Type }>[] {
    return this.sent.filter((message) => message.type === type) as Extract<ClientMessage, { type: Type }>[];
  }
}
