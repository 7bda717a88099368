import type { Priority } from '../../../../src/domain/interest.ts';
import { type CarryingPlace, resolveDoubles, separateHigh } from '../../../../src/grpc/balance/placement-repair.ts';

/** A live connection that carries these groups, each named after its priority. */
function place(id: string, names: readonly string[], more: Partial<CarryingPlace> = {}): CarryingPlace {
  const groups = names.map((name) => ({ name, priority: name.split('-')[0] as Priority }));
  return { id, groups, isHealthy: true, isPaused: false, load: 0, arriving: names, ...more };
}

const none = () => false;

test('doubled groups go home together: to where they share with nobody they should not', () => {
  const guest = place('c1', ['high-a', 'medium-b', 'low-c']);
  expect(resolveDoubles([guest, place('c2', ['medium-b', 'low-c'])])).toMatchObject({
    groups: ['medium-b', 'low-c'],
    from: 'c1',
    to: 'c2',
  });
  expect(resolveDoubles([place('c1', ['high-a']), place('c2', ['medium-b', 'low-c', 'high-a'])])).toMatchObject({
    groups: ['high-a'],
    from: 'c2',
    to: 'c1',
  });
  expect(resolveDoubles([place('c1', ['high-a']), place('c2', ['low-c'])])).toBeNull();
});

test('when everything is doubled, high ends alone', () => {
  const all = ['high-a', 'medium-b', 'low-c'];
  expect(resolveDoubles([place('c1', all), place('c2', all)])).toMatchObject({ groups: ['high-a'], to: 'c1' });
});

test('nothing goes home before home has its data again and reads', () => {
  const guest = place('c1', ['high-a', 'low-c']);
  expect(resolveDoubles([guest, place('c2', ['low-c'], { isHealthy: false, arriving: [] })])).toBeNull();
  expect(resolveDoubles([guest, place('c2', ['low-c'], { isPaused: true })])).toBeNull();
});

test('what shares with high leaves it: for a new connection, for another one, or high leaves for high', () => {
  const mixed = place('c1', ['high-a', 'medium-b', 'low-c']);
  const others = { groups: ['medium-b', 'low-c'], from: 'c1' };
  expect(separateHigh([mixed], true, none)).toMatchObject({ ...others, to: null });
  expect(separateHigh([mixed, place('c2', ['low-d']), place('c3', ['high-e'])], false, none)).toMatchObject({
    ...others,
    to: 'c2',
  });
  expect(separateHigh([mixed, place('c2', ['high-e'])], false, none)).toMatchObject({
    groups: ['high-a'],
    from: 'c1',
    to: 'c2',
  });
  expect(separateHigh([mixed], false, none)).toBeNull();
});

test('what is elsewhere as well or was placed by hand is left where it is', () => {
  const mixed = place('c1', ['high-a', 'low-c']);
  expect(separateHigh([mixed, place('c2', ['low-c'], { isHealthy: false })], true, none)).toBeNull();
  expect(separateHigh([mixed], true, (name) => name === 'low-c')).toBeNull();
});
