/** In place of the AWS SDK's clients in peers whose sending is not to be measured. */
import { keysSecret } from '../harness/callback-keys.ts';

const answer = { SecretString: keysSecret };

class Command {
  readonly input: object;

  constructor(input: object) {
    this.input = input;
  }
}

class Client {
  async send(_command: Command): Promise<typeof answer> {
    return answer;
  }
}

export {
  Client as SecretsManagerClient,
  Client as SQSClient,
  Command as GetSecretValueCommand,
  Command as SendMessageCommand,
};
