import type { Now } from '../../../dashboard/now.ts';
import type { SubscriptionNow } from '../../../dashboard/now-subscriptions.ts';
import { useFormat } from '../../format.ts';
import { Card } from '../../parts/card.tsx';
import { Badge, type Tone } from '../../parts/notice.tsx';
import { Table } from '../../parts/table.tsx';
import { useTexts } from '../../settings.tsx';

const tones: { readonly [state in SubscriptionNow['state']]: Tone | 'neutral' } = {
  green: 'ok',
  silent: 'danger',
  drifted: 'warning',
  foreign: 'danger',
  'no-key': 'danger',
  'never-seen': 'neutral',
  unknown: 'neutral',
};

/** The nine subscriptions at IVM, and when each last brought something. */
export function Subscriptions({ now }: { now: Now }) {
  const { subscriptions: texts } = useTexts().now;
  const format = useFormat();
  const causes: { readonly [cause: string]: string | undefined } = texts.causes;
  const at = new Date(now.at);
  return (
    <Card
      title={texts.title}
      aside={
        <span class="note">
          {now.subscriptions_checked_at === null
            ? texts.neverChecked
            : texts.checked(format.ago(now.subscriptions_checked_at, at))}
        </span>
      }
    >
      <Table
        caption={texts.title}
        rows={now.subscriptions}
        keyOf={({ name }) => name}
        columns={[
          { title: texts.name, cell: ({ name }) => <span class="id nowrap">{name}</span> },
          {
            title: texts.state,
            cell: ({ state, cause }) => (
              <>
                <Badge tone={tones[state]}>{texts.states[state]}</Badge>{' '}
                {cause === null ? null : <span class="note">{causes[cause] ?? cause}</span>}
              </>
            ),
          },
          {
            title: texts.last,
            cell: ({ state, last_at }) =>
              last_at === null ? (
                state === 'never-seen' ? (
                  texts.never
                ) : (
                  format.dateTime('')
                )
              ) : (
                <time dateTime={last_at} title={format.dateTime(last_at)}>
                  {format.ago(last_at, at)}
                </time>
              ),
          },
        ]}
      />
    </Card>
  );
}
