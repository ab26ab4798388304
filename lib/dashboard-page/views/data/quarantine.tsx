import { subscriptions } from '../../../callback/subscriptions.ts';
import type { QuarantinedOpened, QuarantineEntry, QuarantineList } from '../../../dashboard/data-quarantine.ts';
import { useAnswer, usePages } from '../../api.ts';
import { nothing, useFormat } from '../../format.ts';
import { changeFilters, hashOf } from '../../location.ts';
import { Answered } from '../../parts/answered.tsx';
import { Card } from '../../parts/card.tsx';
import { Command } from '../../parts/command.tsx';
import { Choice, Filters } from '../../parts/filters.tsx';
import { More } from '../../parts/more.tsx';
import { Empty, Failed, Loading } from '../../parts/notice.tsx';
import { Facts, LongText, Panel } from '../../parts/panel.tsx';
import { Table } from '../../parts/table.tsx';
import { readableJson } from '../../readable-json.ts';
import { useTexts } from '../../settings.tsx';
import type { ViewProps } from '../../shell.tsx';

const kinds = ['content', 'stale', 'unverified'] as const;

/** The reason of a quarantined callback in words. */
function useReason(): (reason: string | null) => string {
  const { quarantine: texts } = useTexts().data;
  const known: { readonly [reason: string]: string | undefined } = texts.reasons;
  return (reason) => (reason === null ? texts.damaged : (known[reason] ?? reason));
}

/** Callbacks that could not take their way, and one of them opened. */
export function Quarantine({ place }: ViewProps) {
  const { quarantine: texts } = useTexts().data;
  const format = useFormat();
  const reasonOf = useReason();
  const kind = kinds.find((one) => one === place.filters.get('kind')) ?? 'content';
  const subscription = place.filters.get('subscription') ?? undefined;
  const pages = usePages<QuarantineList>('data/quarantine', { kind, subscription });
  const callbacks = pages.pages.flatMap((page) => page.callbacks);
  const filters = { tab: 'quarantine', kind, subscription };
  return (
    <>
      <Filters
        label={texts.kind}
        onApply={(values) => changeFilters(values)}
        onReset={() => changeFilters({ kind: undefined, subscription: undefined })}
      >
        <Choice
          name="kind"
          label={texts.kind}
          value={kind}
          allowsAll={false}
          options={kinds.map((value) => ({ value, label: texts.kinds[value] }))}
        />
        <Choice
          name="subscription"
          label={texts.subscription}
          value={subscription}
          options={subscriptions.map(({ path, subscription: label }) => ({ value: path, label }))}
        />
      </Filters>
      <div class={place.open === undefined ? 'beside' : 'beside open'}>
        <Card title={texts.kinds[kind]}>
          {pages.error === undefined ? null : <Failed error={pages.error} retry={pages.reload} />}
          {callbacks.length === 0 ? null : <Meaning kind={kind} />}
          {pages.pages.length === 0 && pages.isLoading ? <Loading /> : null}
          {pages.pages.length > 0 && callbacks.length === 0 ? <Empty>{texts.empty}</Empty> : null}
          {callbacks.length === 0 ? null : (
            <Table
              caption={texts.kinds[kind]}
              rows={callbacks}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: texts.received,
                  cell: ({ id, received_at }) => (
                    <a href={hashOf('data', filters, id)}>
                      {received_at === null ? reasonOf(null) : format.dateTime(received_at)}
                    </a>
                  ),
                },
                { title: texts.reason, cell: ({ reason }) => reasonOf(reason) },
                { title: texts.subscription, cell: (one) => <span class="id">{one.subscription ?? nothing}</span> },
                { title: texts.size, isNumber: true, cell: ({ size_bytes }) => format.bytes(size_bytes) },
              ]}
            />
          )}
          <More hasMore={pages.hasMore} isLoading={pages.isLoading} load={pages.loadMore} />
        </Card>
        {place.open === undefined ? null : <Opened id={place.open} closeHref={hashOf('data', filters)} />}
      </div>
    </>
  );
}

function Meaning({ kind }: { kind: (typeof kinds)[number] }) {
  const { meanings } = useTexts().data.quarantine;
  return (
    <>
      <p>{meanings[kind]}</p>
      {kind === 'unverified' ? null : (
        <Command command={`replay --quarantine ${kind === 'stale' ? 'stale' : 'unknown-message-type'}`} />
      )}
    </>
  );
}

function Opened({ id, closeHref }: { id: string; closeHref: string }) {
  const { quarantine: texts } = useTexts().data;
  const reasonOf = useReason();
  const answer = useAnswer<QuarantinedOpened>(`data/quarantine/${id}`);
  return (
    <Panel title={answer.data === undefined ? texts.body : reasonOf(answer.data.reason)} closeHref={closeHref}>
      <Answered answer={answer}>{(opened) => <Callback opened={opened} />}</Answered>
    </Panel>
  );
}

function Callback({ opened }: { opened: QuarantinedOpened & QuarantineEntry }) {
  const { data: texts } = useTexts();
  const format = useFormat();
  const { quarantine: own } = texts;
  const told = (value: string | null) => <span class="id">{value ?? nothing}</span>;
  return (
    <div class="opened">
      <Facts
        facts={[
          [own.received, opened.received_at === null ? nothing : format.dateTime(opened.received_at)],
          [own.subscription, told(opened.subscription)],
          [own.size, format.bytes(opened.size_bytes)],
          [own.timestamp, told(opened.headers.timestamp)],
          [own.signature, told(opened.headers.signature)],
          [own.hash, told(opened.body_sha256)],
          [own.key, told(opened.key)],
        ]}
      />
      {opened.body === null ? <Empty>{own.bodyGone}</Empty> : null}
      {opened.body === '' ? <Empty>{own.bodyEmpty}</Empty> : null}
      {opened.body === null || opened.body === '' ? null : (
        <LongText label={own.body} text={readableJson(opened.body, opened.is_cut)} />
      )}
      {opened.is_cut ? <p class="note">{texts.cut}</p> : null}
    </div>
  );
}
