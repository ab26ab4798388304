import type { Now } from '../../../dashboard/now.ts';
import type { Light } from '../../../dashboard/now-lights.ts';
import { useFormat } from '../../format.ts';
import { hashOf } from '../../location.ts';
import { Command } from '../../parts/command.tsx';
import { Badge, Notice } from '../../parts/notice.tsx';
import { useTexts } from '../../settings.tsx';

type LightTexts = {
  name: (subject: string) => string;
  title: (subject: string, value: string) => string;
  todo: (subject: string) => string;
};

/** What is not as it should be, the gravest first, each with what to do; one calm line where there is nothing. */
export function Lights({ now }: { now: Now }) {
  const { now: texts, common } = useTexts();
  const format = useFormat();
  const wrong = ['danger', 'warning'].flatMap((state) => now.lights.filter((light) => light.state === state));
  const unknown = now.lights.filter(({ state }) => state === 'unknown');
  const calm = unknown.length === 0 ? texts.allWell : texts.nothingKnownWrong;
  const asOf = <span class="note">{common.asOf(format.clockSeconds(now.at))}</span>;
  return (
    <section class="lights" aria-label={wrong.length === 0 ? calm : texts.problems(format.count(wrong.length))}>
      {wrong.length > 0 ? (
        <>
          <p class="lights-head">
            <strong>{texts.problems(format.count(wrong.length))}</strong> {asOf}
          </p>
          <ul aria-live="polite">
            {wrong.map((light) => (
              <WrongLight key={light.name} light={light} now={now} />
            ))}
          </ul>
        </>
      ) : unknown.length === now.lights.length ? null : (
        <Notice tone="ok">
          {calm} {asOf}
        </Notice>
      )}
      {unknown.length === 0 ? null : <UnknownLights lights={unknown} />}
    </section>
  );
}

const partsOf = ({ name }: Light): [kind: string, subject: string] => {
  const [kind = '', ...subject] = name.split(':');
  return [kind, subject.join(':')];
};

function useLightTexts() {
  const { lights } = useTexts().now;
  const known: { readonly [kind: string]: LightTexts } = lights;
  return (kind: string) => known[kind];
}

function WrongLight({ light, now }: { light: Light; now: Now }) {
  const { now: texts } = useTexts();
  const format = useFormat();
  const textsOf = useLightTexts();
  const [kind, subject] = partsOf(light);
  const told = useSubscriptionTexts(now, subject);
  const own = textsOf(kind);
  const title = kind === 'subscription' ? told?.title : own?.title(subject, useValue(light));
  const todo = kind === 'subscription' ? told?.todo : own?.todo(subject);
  const command = commandOf(kind, subject, now);
  return (
    <li class={`light ${light.state}`}>
      <p class="light-title">
        <Badge tone={light.state === 'danger' ? 'danger' : 'warning'}>{texts.states[light.state]}</Badge>{' '}
        <strong>{title ?? light.name}</strong>{' '}
        {light.since === undefined ? null : <span class="note">{texts.since(format.dateTime(light.since))}</span>}
      </p>
      <p>
        <span class="visually-hidden">{texts.whatToDo}: </span>
        {todo} {kind === 'dead-letters' ? <DeadLettersLink queue={subject} count={light.value} /> : null}
      </p>
      {command === undefined ? null : <Command command={command} />}
    </li>
  );
}

function DeadLettersLink({ queue, count }: { queue: string; count: number | null }) {
  const { queues } = useTexts().now;
  const format = useFormat();
  return <a href={hashOf('data', { tab: 'dead-letters', queue })}>{queues.show(format.count(count), queue)}</a>;
}

function useSubscriptionTexts(now: Now, name: string): { title: string; todo: string } | undefined {
  const { subscriptionLights } = useTexts().now;
  const state = now.subscriptions.find((one) => one.name === name)?.state;
  if (state === undefined || state === 'green' || state === 'never-seen' || state === 'unknown') return undefined;
  return { title: subscriptionLights[state].title(name), todo: subscriptionLights[state].todo };
}

/** A value in the unit of its light. */
function useValue({ name, value }: Light): string {
  const format = useFormat();
  if (name === 'token' || name.startsWith('queue-late:')) return format.duration(value);
  return name === 'pictures-missed' ? format.number(value) : format.count(value);
}

/** What to run first, where a command helps. */
function commandOf(kind: string, subject: string, now: Now): string | undefined {
  switch (kind) {
    case 'callbacks-refused':
    case 'pictures-missed':
      return 'doctor';
    case 'callbacks-stale':
      return 'replay --quarantine stale';
    case 'token-rejected':
      return 'setup --rotate-credentials';
    case 'token':
      return 'setup';
    case 'dead-letters':
      return `redrive ${subject} --dry-run`;
    case 'subscription': {
      const state = now.subscriptions.find(({ name }) => name === subject)?.state;
      if (state === 'foreign') return 'setup --take-over';
      return state === 'no-key' ? 'setup' : 'doctor';
    }
    default:
      return undefined;
  }
}

function UnknownLights({ lights }: { lights: readonly Light[] }) {
  const { now: texts } = useTexts();
  const textsOf = useLightTexts();
  const names = lights.map((light) => {
    const [kind, subject] = partsOf(light);
    return kind === 'subscription' ? subject : (textsOf(kind)?.name(subject) ?? light.name);
  });
  const isSilent = lights.some(({ name }) => name === 'callbacks-lost');
  return (
    <p class="note unknown-lights">
      {isSilent ? `${texts.noMetrics} ` : ''}
      {texts.unknownLights} {names.join(' · ')}
    </p>
  );
}
