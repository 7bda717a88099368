import { AcceptedFilters } from '../../../../src/grpc/subscription/accepted-filters.ts';

const asked = (filters: Record<string, string>) => new Map(Object.entries(filters));

test('what was accepted before is not to blame for a refusal', () => {
  const accepted = new AcceptedFilters();
  accepted.note(asked({ high: 'a', low: 'b' }));
  expect(accepted.toBlame(asked({ high: 'a', low: 'wider' }))).toEqual(['low']);
  expect(accepted.toBlame(asked({ high: 'a', low: 'b', other: 'c' }))).toEqual(['other']);
});

test('when nothing stands out all are to blame', () => {
  const accepted = new AcceptedFilters();
  expect(accepted.toBlame(asked({ high: 'a', low: 'b' }))).toEqual(['high', 'low']);
  accepted.note(asked({ high: 'a', low: 'b' }));
  expect(accepted.toBlame(asked({ high: 'a', low: 'b' }))).toEqual(['high', 'low']);
});
