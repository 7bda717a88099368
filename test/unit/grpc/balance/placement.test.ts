import type { Priority } from '../../../../src/domain/interest.ts';
import { bestPlace, mayShare, type Place } from '../../../../src/grpc/balance/placement.ts';

/** A place with groups that are named after their priority. */
function place(id: string, priorities: readonly Priority[], more: Partial<Place> = {}): Place {
  const groups = priorities.map((priority, i) => ({ name: `${priority}-${id}${i}`, priority }));
  return { id, groups, isHealthy: true, isPaused: false, load: 0, ...more };
}

const best = (priority: Priority, ...places: Place[]) => bestPlace(priority, places)?.id;

test('an empty place comes first, then equals, then the least important company', () => {
  const [high, medium, low] = [place('h', ['high']), place('m', ['medium', 'low']), place('l', ['low'])];
  expect(best('low', high, medium, low, place('e', []))).toBe('e');
  expect(best('low', high, medium, low)).toBe('l');
  expect(best('low', high, medium)).toBe('m');
  expect(best('high', low, medium, high)).toBe('h');
  expect(best('high', medium, low)).toBe('l');
  expect(best('medium', high, low)).toBe('l');
  expect(best('low', high)).toBe('h');
  expect(best('low')).toBeUndefined();
});

test('among equals it is health, then who reads, then load, then the number of groups, then the order', () => {
  const plain = place('a', ['low'], { load: 0.2 });
  expect(best('low', place('b', ['low'], { isHealthy: false }), plain)).toBe('a');
  expect(best('low', place('b', ['low'], { isPaused: true }), plain)).toBe('a');
  expect(best('low', place('b', ['low', 'low'], { load: 0.1 }), plain)).toBe('b');
  expect(best('low', place('b', ['low', 'low'], { load: 0.2 }), plain)).toBe('a');
  expect(best('low', place('b', ['low'], { load: 0.2 }), plain)).toBe('b');
  // A place that is down for now is better company than high.
  expect(best('low', place('h', ['high']), place('m', ['medium'], { isHealthy: false }))).toBe('m');
});

test('high shares with high alone', () => {
  expect(mayShare('high', place('a', ['high']).groups)).toBe(true);
  expect(mayShare('low', place('a', ['medium']).groups)).toBe(true);
  expect(mayShare('low', place('a', ['high']).groups)).toBe(false);
  expect(mayShare('high', place('a', ['low']).groups)).toBe(false);
  expect(mayShare('high', [])).toBe(true);
});
