import type { DeadLetterList, DeadLetterShown } from '../../../dashboard/data-dead-letters.ts';
import { lateAfterSeconds } from '../../../watch/limits.ts';
import { useAnswer } from '../../api.ts';
import { useFormat } from '../../format.ts';
import { changeFilters, hashOf } from '../../location.ts';
import { Answered } from '../../parts/answered.tsx';
import { Card } from '../../parts/card.tsx';
import { Command } from '../../parts/command.tsx';
import { Choice, Filters } from '../../parts/filters.tsx';
import { Empty } from '../../parts/notice.tsx';
import { Facts, LongText, Panel } from '../../parts/panel.tsx';
import { Table } from '../../parts/table.tsx';
import { readableJson } from '../../readable-json.ts';
import { useTexts } from '../../settings.tsx';
import type { ViewProps } from '../../shell.tsx';

const queues = Object.keys(lateAfterSeconds);
/** What SQS itself gives up carries no reason. */
const givenUp = 'received-too-often';

/** What could not be worked on, and why. It is looked at once and not again by itself: a look holds messages for a moment. */
export function DeadLetters({ place }: ViewProps) {
  const { deadLetters: texts } = useTexts().data;
  const queue = queues.find((one) => one === place.filters.get('queue')) ?? 'alarms';
  const answer = useAnswer<DeadLetterList>('data/dead-letters', { queue });
  const filters = { tab: 'dead-letters', queue };
  const opened = answer.data?.messages.find(({ id }) => id === place.open);
  return (
    <>
      <Filters
        label={texts.queue}
        onApply={(values) => changeFilters(values)}
        onReset={() => changeFilters({ queue: undefined })}
      >
        <Choice
          name="queue"
          label={texts.queue}
          value={queue}
          allowsAll={false}
          options={queues.map((value) => ({ value, label: value }))}
        />
      </Filters>
      <div class={opened === undefined ? 'beside' : 'beside open'}>
        <Card
          title={`${queue}-dead`}
          aside={
            <button type="button" onClick={answer.reload}>
              {texts.again}
            </button>
          }
        >
          <Answered answer={answer}>
            {(list) => <Letters list={list} hrefOf={({ id }) => hashOf('data', filters, id)} />}
          </Answered>
        </Card>
        {opened === undefined ? null : <Opened letter={opened} closeHref={hashOf('data', filters)} />}
      </div>
    </>
  );
}

function useReason(): (letter: DeadLetterShown) => string {
  const { givenUp: text } = useTexts().data.deadLetters;
  return ({ code, reason }) => (code === givenUp ? text : reason);
}

function Letters({ list, hrefOf }: { list: DeadLetterList; hrefOf: (letter: DeadLetterShown) => string }) {
  const { deadLetters: texts } = useTexts().data;
  const format = useFormat();
  const reasonOf = useReason();
  const { queue, count, messages } = list;
  if (count === 0) return <Empty>{texts.empty}</Empty>;
  if (messages.length === 0) return <Empty>{texts.held(format.count(count))}</Empty>;
  return (
    <div class="opened">
      <p>{texts.meaning}</p>
      <Command command={`redrive ${queue} --dry-run`} />
      <Table
        caption={texts.count(format.count(count))}
        rows={messages}
        keyOf={({ id }) => id}
        columns={[
          { title: texts.sent, cell: (letter) => <a href={hrefOf(letter)}>{format.dateTime(letter.sent_at)}</a> },
          { title: texts.code, cell: ({ code }) => <span class="id">{code}</span> },
          { title: texts.reason, cell: reasonOf },
          { title: texts.message, cell: ({ message_id }) => <span class="id">{message_id}</span> },
        ]}
      />
      {messages.length < count ? (
        <p class="note">{texts.more(format.count(messages.length), format.count(count))}</p>
      ) : null}
    </div>
  );
}

function Opened({ letter, closeHref }: { letter: DeadLetterShown; closeHref: string }) {
  const { data: texts } = useTexts();
  const { deadLetters: own } = texts;
  const format = useFormat();
  const reasonOf = useReason();
  return (
    <Panel title={letter.code} closeHref={closeHref}>
      <p>{reasonOf(letter)}</p>
      <Facts
        facts={[
          [own.sent, format.dateTime(letter.sent_at)],
          [own.message, <span class="id">{letter.message_id}</span>],
          ...Object.entries(letter.attributes).map(([name, value]) => [name, <span class="id">{value}</span>] as const),
        ]}
      />
      <LongText label={own.body} text={readableJson(letter.body, letter.is_cut)} />
      {letter.is_cut ? <p class="note">{texts.cut}</p> : null}
    </Panel>
  );
}
