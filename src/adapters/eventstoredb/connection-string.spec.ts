import { readConnectionString } from './connection-string.js';

describe('A connection string of EventStoreDB', () => {
  it.each([
    ['esdb://localhost:2113?tls=false', 'esdb://localhost:2113?tls=false', ''],
    ['esdb://localhost', 'esdb://localhost', ''],
    ['kurrentdb://localhost:2113/?tls=false', 'esdb://localhost:2113?tls=false', ''],
    ['esdb://admin:p%40ss@db.example:2113?tls=true', 'esdb://admin:p%40ss@db.example:2113?tls=true', ''],
    ['esdb://localhost:2113?tls=false&ledger=toride', 'esdb://localhost:2113?tls=false', 'toride'],
    ['esdb://localhost:2113?ledger=toride', 'esdb://localhost:2113', 'toride'],
    ['esdb://a:1,b:2?tls=false', 'esdb://a:1,b:2?tls=false&gossipTimeout=1&maxDiscoverAttempts=5', ''],
    ['esdb://a:1,b:2?gossip-timeout=9', 'esdb://a:1,b:2?gossip-timeout=9&maxDiscoverAttempts=5', ''],
    ['kurrentdb+discover://c:1', 'esdb+discover://c:1?gossipTimeout=1&maxDiscoverAttempts=5', ''],
  ])('%s', (text, server, ledger) => {
    expect(readConnectionString(text)).toMatchObject({ server, ledger });
  });

  it.each([
    ['another scheme', 'http://localhost:2113'],
    ['a scheme with a typo', 'esbd://localhost:2113'],
    ['no host', 'esdb://'],
    ['no host behind a password', 'esdb://admin:secret@?tls=false'],
    ['a port that is none', 'esdb://admin:secret@localhost:99999'],
    ['no port at all', 'esdb://admin:secret@localhost:0'],
    ['a port in words', 'esdb://admin:secret@localhost:port'],
    ['an option with a typo', 'esdb://admin:secret@localhost:2113?tsl=false'],
    ['an option without a value', 'esdb://admin:secret@localhost:2113?tls'],
    ['a ledger that cannot be a name', 'esdb://admin:secret@localhost:2113?ledger=a~b'],
    ['an @ in the password that is not written %40', 'esdb://admin:se@cret@localhost:2113'],
  ])('with %s is refused, and nothing of the password is told', (_what, text) => {
    expect(() => readConnectionString(text)).toThrow(
      expect.objectContaining({ code: 'CONNECTION_INVALID', message: expect.not.stringMatching(/secret|cret/) }),
    );
  });
});
