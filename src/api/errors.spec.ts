import { GraphQLError } from 'graphql';
import { CatalogueError } from '../eventsourcing/catalogue.js';
import { StoreError } from '../eventsourcing/event-store.js';
import { ViewsError } from '../eventsourcing/views.js';
import { maskError, publicReason } from './errors.js';

const WHERE = 'db-7.internal:5432/daicho';

describe('Whoever asks', () => {
  const outages = [
    new StoreError('STORE_UNREACHABLE', WHERE),
    new StoreError('OUTCOME_UNKNOWN', WHERE),
    new ViewsError('VIEWS_UNREACHABLE', WHERE),
  ];
  it.each(outages)('is told that $code, and not where: that is in the log', (cause) => {
    const logged: unknown[] = [];
    const error = new GraphQLError(cause.message, { originalError: cause, path: ['plan'] });
    const told = maskError(error, (it) => logged.push(it)) as GraphQLError;
    expect([told.extensions, told.path]).toEqual([{ code: cause.code }, ['plan']]);
    expect(told.message).toMatch(/^[^\n]*[ぁ-ん][^\n]* \/ [^\n]+$/);
    expect(told.message).not.toContain(WHERE);
    expect(logged).toEqual([cause]);
    expect(publicReason(cause)).toBe(told.message);
  });

  it.each([
    new ViewsError('VIEWS_TOO_NEW', WHERE),
    new ViewsError('VIEWS_REFUSED', WHERE),
    new StoreError('STORE_REFUSED', WHERE),
    new Error(WHERE),
  ])('is told no place either when the views stand still: %s', (error) => {
    expect(publicReason(error)).toMatch(/^[^\n]*[ぁ-ん][^\n]* \/ [^\n]+$/);
    expect(publicReason(error)).not.toContain(WHERE);
  });

  it('is told which event nobody here knows', () => {
    expect(publicReason(new CatalogueError('UNKNOWN_TYPE', 'MeasureAbolished'))).toBe('MeasureAbolished');
  });
});
