/**
 * Stores device changes and keeps what is known of devices and channels.
 *
 * Trigger  SQS `devices`, batches of up to 100
 * Reads    S3 spill/ where the message is a pointer; DynamoDB state (what was erased); Secrets Manager: the key of that
 * Writes   S3 raw/ and details/; DynamoDB events and state; SQS pictures
 * Failure  a record comes again after 5 s … 15 min, 20 times; what can never be stored goes to `devices-dead` at once
 */
import { createMessageStores } from '#lib/aws/message-stores.ts';
import { createDeviceStates } from '#lib/aws/state-table.ts';
import { trackDevices } from '#lib/devices/track-devices.ts';
import { queuedMessage } from '#lib/intake/queued-message.ts';
import { storeMessages } from '#lib/intake/store-messages.ts';
import { readEnv } from '#lib/runtime/env.ts';
import { StoreMessagesEnv } from '#lib/runtime/function-env.ts';
import { once } from '#lib/runtime/once.ts';
import { sqsHandler } from '#lib/runtime/sqs-handler.ts';

export const handler = sqsHandler({
  deps: once(() => {
    const env = readEnv(StoreMessagesEnv);
    const states = createDeviceStates(env.STATE_TABLE);
    return { ...createMessageStores(env), afterStored: (records) => trackDevices(states, records) };
  }),
  parse: queuedMessage,
  handle: storeMessages,
});
