import type { CommandModule } from 'yargs';

/** Any command, where only its words matter. */
export type AnyCommand = CommandModule;

/** A yargs command whose handler gets the types of the options that its builder declares. */
export const command = <Options>(module: CommandModule<object, Options>) => module as unknown as AnyCommand;
