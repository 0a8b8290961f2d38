import type { CommandModule } from 'yargs';

/** A yargs command whose handler gets the types of the options that its builder declares. */
export const command = <Options>(module: CommandModule<object, Options>) => module;
