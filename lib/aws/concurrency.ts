import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientSettings } from './client-settings.ts';

/** How many functions of the account may run at once in this region, those of others included. */
export async function accountConcurrency(client = new LambdaClient(clientSettings())): Promise<number | undefined> {
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
  return AccountLimit?.ConcurrentExecutions;
}
