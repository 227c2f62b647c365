import { Webhook } from 'standardwebhooks';
import { signatureOf } from './webhook-call.js';

describe('A signature', () => {
  const call = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' };
  const older = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const newer = Buffer.alloc(64, '締');

  it('is that of the published example', () => {
    expect(signatureOf(call, 1614265330, [older])).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is one for each secret, so that the old and the new are both right', () => {
    const now = Math.floor(Date.now() / 1_000);
    const headers = {
      'webhook-id': call.id,
      'webhook-timestamp': String(now),
      'webhook-signature': signatureOf(call, now, [newer, older]),
    };
    for (const key of [newer, older])
      expect(new Webhook(`whsec_${key.toString('base64')}`).verify(call.body, headers)).toEqual({ test: 2432232314 });
    expect(() => new Webhook(Buffer.alloc(32).toString('base64')).verify(call.body, headers)).toThrow('No matching');
  });
});
