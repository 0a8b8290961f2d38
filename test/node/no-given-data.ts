/** Imported by tests that download: a folder with MNIST that the environment names would take a mirror's place. */
delete process.env.MARBLENET_DATA;
