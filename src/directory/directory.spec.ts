import { factsAfter, specification } from '../../test/support/specification.js';
import { townScope, type DirectoryEvent } from './directory.events.js';
import { directory, keyNamed, type DirectoryCommand, type DirectoryOrder } from './directory.js';
import { Directory } from './directory.view.js';

const { given } = specification(directory);

const town = '082171';
const today = '2026-11-26';
const asked = (order: DirectoryOrder, effectiveOn?: string): DirectoryCommand => ({
  ...order,
  town,
  today,
  effectiveOn,
});

const established = (division: string, more: object = {}, effectiveOn = '2023-04-01'): DirectoryEvent => ({
  type: 'DivisionEstablished',
  effectiveOn,
  data: { town, division, isCollective: false, ...more },
});
const renamed = (division: string, former: string, name: string, effectiveOn: string): DirectoryEvent => ({
  type: 'DivisionRenamed',
  effectiveOn,
  data: { town, division, former, name, reason: '機構改革' },
});
const abolished = (division: string, successors: string[], effectiveOn: string): DirectoryEvent => ({
  type: 'DivisionAbolished',
  effectiveOn,
  data: { town, division, successors, reason: '機構改革' },
});
const reason = '機構改革';

describe('Divisions that a plan names', () => {
  const enter = asked({ kind: 'enter', divisions: [{ division: '財政課' }, { division: '市民課' }] }, '2023-04-01');

  it('are established once', () => {
    given().when(enter).then(established('財政課'), established('市民課'));
    given(established('財政課')).when(enter).then(established('市民課'));
    given(established('財政課'), established('市民課')).when(enter).thenNothing();
  });
});

describe('A division is renamed', () => {
  const rename = (name: string, effectiveOn?: string) =>
    asked({ kind: 'rename', division: '魅力とりで発信課', name, reason }, effectiveOn);
  const before = established('魅力とりで発信課');

  it('from today on, or a day to come, and keeps its key', () => {
    given(before)
      .when(rename('広報課'))
      .then(renamed('魅力とりで発信課', '魅力とりで発信課', '広報課', today));
    given(before, renamed('魅力とりで発信課', '魅力とりで発信課', '広報課', today))
      .when(rename('広報広聴課', '2027-04-01'))
      .then(renamed('魅力とりで発信課', '広報課', '広報広聴課', '2027-04-01'));
  });

  it('not to the name it has, nor to that of another that is there on that day', () => {
    given(before).when(rename('魅力とりで発信課')).thenRefused('NAME_UNCHANGED', ['input', 'name']);
    given(before, established('広報課')).when(rename('広報課')).thenRefused('DIVISION_EXISTS', ['input', 'name']);
    given(before, established('広報課'), abolished('広報課', [], '2026-04-01'))
      .when(rename('広報課'))
      .then(renamed('魅力とりで発信課', '魅力とりで発信課', '広報課', today));
  });

  it('only with a reason, and only while it exists', () => {
    given(before)
      .when(asked({ kind: 'rename', division: '魅力とりで発信課', name: '広報課', reason: ' ' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given().when(rename('広報課')).thenRefused('DIVISION_NOT_FOUND', ['input', 'division']);
    given(before, abolished('魅力とりで発信課', [], '2026-04-01'))
      .when(rename('広報課'))
      .thenRefused('DIVISION_NOT_FOUND', ['input', 'division']);
    given(before).when(rename('広報課', '2023-03-31')).thenRefused('DIVISION_NOT_FOUND', ['input', 'division']);
  });
});

describe('A division is abolished', () => {
  const abolish = (successors: string[]) => asked({ kind: 'abolish', division: '指導課', successors, reason });
  const divisions = [established('指導課'), established('学務課'), established('教育総務課')];

  it('merged into another, split, or without a successor', () => {
    given(...divisions)
      .when(abolish(['学務課']))
      .then(abolished('指導課', ['学務課'], today));
    given(...divisions)
      .when(abolish(['学務課', '教育総務課']))
      .then(abolished('指導課', ['学務課', '教育総務課'], today));
    given(...divisions)
      .when(abolish([]))
      .then(abolished('指導課', [], today));
  });

  it('not as long as something is only its own, unless somebody takes over', () => {
    const answersFor = ['1-1-5', 'U1'];
    given(...divisions)
      .when({ ...abolish([]), answersFor })
      .thenRefused('DIVISION_ANSWERS', ['input', 'successors']);
    given(...divisions)
      .when({ ...abolish(['学務課']), answersFor })
      .then(abolished('指導課', ['学務課'], today));
  });

  it('not into itself, nor into one that is not there', () => {
    for (const successor of ['指導課', '企画課'])
      given(...divisions)
        .when(abolish([successor]))
        .thenRefused('DIVISION_NOT_FOUND', ['input', 'successors']);
  });
});

describe('A division that is there in a disaster only', () => {
  const known = established('災害対策本部情報班', { onlyInDisaster: true });
  const setUp = (division: string) => asked({ kind: 'setUp', division, reason: '台風14号' });
  const isSetUp: DirectoryEvent = {
    type: 'DivisionSetUp',
    effectiveOn: '2026-09-10',
    data: { town, division: '災害対策本部情報班', reason: '台風14号' },
  };
  const over = abolished('災害対策本部情報班', [], '2026-09-20');

  it('is set up, and again after it was abolished', () => {
    const again = { ...isSetUp, effectiveOn: today };
    given(known).when(setUp('災害対策本部情報班')).then(again);
    given(known, isSetUp).when(setUp('災害対策本部情報班')).thenRefused('DIVISION_EXISTS', ['input', 'division']);
    given(known, isSetUp, over).when(setUp('災害対策本部情報班')).then(again);
  });

  it('is known as one', () => {
    given(established('市民課')).when(setUp('市民課')).thenRefused('DIVISION_NOT_FOR_DISASTERS');
    given().when(setUp('災害対策本部情報班')).thenRefused('DIVISION_NOT_FOUND', ['input', 'division']);
    given(known)
      .when(asked({ kind: 'abolish', division: '災害対策本部情報班', successors: [], reason }))
      .thenRefused('DIVISION_NOT_FOUND', ['input', 'division']);
  });

  it('answers on the days on which it is there, and for 各課 never', async () => {
    const all = established('各課', { isCollective: true, members: 'all' });
    const asking = async (day: string): Promise<string[]> => {
      const events = [known, all, established('市民課'), isSetUp, over];
      const directory = new Directory(await factsAfter(events, day, townScope(town)));
      const owners = ['災害対策本部情報班', '各課'].map((key) => directory.division(key));
      return directory.answering(owners).map(({ key }) => key);
    };
    expect(await asking('2026-09-09')).toEqual(['市民課']);
    expect(await asking('2026-09-10')).toEqual(['災害対策本部情報班', '市民課']);
    expect(await asking('2026-09-20')).toEqual(['市民課']);
  });
});

describe('A collective owner', () => {
  const collective = established('窓口各課', { isCollective: true });
  const define = (division: string, members: string[] | 'all') =>
    asked({ kind: 'define', division, members, reason: '窓口のある課' });

  it('is told which divisions it stands for', () => {
    given(collective, established('市民課'))
      .when(define('窓口各課', ['市民課']))
      .then({
        type: 'CollectiveDefined',
        effectiveOn: today,
        data: { town, division: '窓口各課', members: ['市民課'], reason: '窓口のある課' },
      });
  });

  it('is one, and stands for single divisions that are there', () => {
    given(established('市民課')).when(define('市民課', 'all')).thenRefused('DIVISION_NOT_COLLECTIVE');
    given(collective)
      .when(define('窓口各課', ['市民課']))
      .thenRefused('DIVISION_NOT_FOUND', ['input', 'members']);
    given(collective, established('各課', { isCollective: true }))
      .when(define('窓口各課', ['各課']))
      .thenRefused('DIVISION_NOT_FOUND', ['input', 'members']);
  });
});

describe('The directory as of a day', () => {
  const story = [
    established('指導課'),
    established('学務課'),
    established('魅力とりで発信課'),
    established('各課', { isCollective: true, members: 'all' }),
    established('窓口各課', { isCollective: true }),
    renamed('魅力とりで発信課', '魅力とりで発信課', '広報課', '2027-04-01'),
    abolished('指導課', ['学務課'], '2027-04-01'),
  ];
  const on = async (day: string): Promise<Directory> => new Directory(await factsAfter(story, day, townScope(town)));
  const names = (divisions: readonly { name: string }[]): string[] => divisions.map(({ name }) => name).sort();

  it('names divisions as they were called then', async () => {
    expect((await on('2027-03-31')).division('魅力とりで発信課').name).toBe('魅力とりで発信課');
    expect((await on('2027-04-01')).division('魅力とりで発信課').name).toBe('広報課');
  });

  it('tells who answers: members of a collective owner, successors of one that is no more', async () => {
    const [before, after] = [await on('2027-03-31'), await on('2027-04-01')];
    const answering = (of: Directory, ...keys: string[]): string[] =>
      names(of.answering(keys.map((key) => of.division(key))));
    expect(answering(before, '学務課', '指導課')).toEqual(['学務課', '指導課']);
    expect(answering(after, '学務課', '指導課')).toEqual(['学務課']);
    expect(answering(before, '各課')).toEqual(['学務課', '指導課', '魅力とりで発信課']);
    expect(answering(after, '各課')).toEqual(['学務課', '広報課']);
    expect(answering(after, '窓口各課')).toEqual(['窓口各課']);
  });

  it('finds the division that a plan means by a name on a day', () => {
    const state = story.reduce(
      (before, event, revision) => directory.evolve(before, { ...event, revision } as never),
      directory.initial,
    );
    expect(keyNamed(state, '広報課', '2027-04-01')).toBe('魅力とりで発信課');
    expect(keyNamed(state, '広報課', '2027-03-31')).toBeUndefined();
    expect(keyNamed(state, '指導課', '2027-04-01')).toBeUndefined();
  });
});
