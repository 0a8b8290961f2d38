/** Why a change is not made: the text is as the person wrote it, and can be changed there by hand. */
export class Refusal extends Error {}
