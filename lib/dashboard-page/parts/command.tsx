import { operatorCommand } from '../operator-command.ts';
import { useSettings } from '../settings.tsx';

/** A command of `ivm-bridge`, with the stack it is for: `redrive alarms --dry-run`. */
export const Command = ({ command }: { command: string }) => (
  <code class="command">{operatorCommand(useSettings().tenant, command)}</code>
);
