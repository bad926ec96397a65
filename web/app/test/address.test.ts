import { describe, expect, it } from 'vitest';
import { meetingIdIn, parseRoute } from '../src/routing/address.js';

describe('addresses', () => {
  it.each([
    ['/', { page: 'start' }],
    ['/join/mtg_a1b2c3d4e5f6', { page: 'join', meetingId: 'mtg_a1b2c3d4e5f6' }],
    ['/join/mtg_a1b2c3d4e5f6/', { page: 'join', meetingId: 'mtg_a1b2c3d4e5f6' }],
    ['/join/%zz', { page: 'join', meetingId: '%zz' }],
    ['/live/brd_Ab-1_', { page: 'live', broadcastId: 'brd_Ab-1_' }],
    ['/account', { page: 'account' }],
    ['/accounts', { page: 'missing' }],
    ['/join/', { page: 'missing' }],
    ['/else', { page: 'missing' }],
  ])('%s', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });

  it.each([
    ['mtg_a1b2c3d4e5f6', 'mtg_a1b2c3d4e5f6'],
    [' https://meet.example.org/join/mtg_a1b2c3d4e5f6?x=1 ', 'mtg_a1b2c3d4e5f6'],
    ['meet.example.org/join/mtg_a1b2c3d4e5f6', 'mtg_a1b2c3d4e5f6'],
    ['Come! http://localhost:8080/join/mtg_a1b2c3d4e5f6', 'mtg_a1b2c3d4e5f6'],
    ['', null],
    ['hello there', null],
    ['https://example.org/', null],
    ['../../api/session', null],
  ])('finds the meeting in "%s"', (text, id) => {
    expect(meetingIdIn(text)).toBe(id);
  });
});
