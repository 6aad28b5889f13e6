// The database's actors, each on a thread of its own: one writer, which commits what it has in batches, and readers.
#pragma once

#include "actors/figures.hpp"
#include "actors/interfaces/room.hpp"
#include "actors/jobs.hpp"
#include "storage/ports/messages.hpp"

#include <cstdint>

namespace parley {

/// A chat message for the open transaction.
struct append_message {
  room_actor room;
  std::uint64_t ticket = 0;
  storage::message_draft draft;
};

/// A job for the open transaction.
struct write_request {
  write_job job;
};

/// What the writer has done since the start.
struct get_writer_figures {};

/// Who changes the database, or hands changes on to the one who does.
using db_writer_actor = caf::typed_actor<
  // Answered to `append_message::room` by `committed`, after the commit.
  caf::reacts_to<append_message>,
  // Answers after the commit.
  caf::replies_to<write_request>::with<finished>,
  // What there is to count.
  caf::replies_to<get_writer_figures>::with<writer_figures>>;

/// In front of the writer; what everybody but the gate itself knows as the writer.
using write_gate_actor = db_writer_actor::extend<
  // While something waits: asks the writer how far it is.
  caf::reacts_to<tick>>;

/// Ends the writer's turn: run and commit what is queued.
struct flush {};

/// The writer itself.
using committer_actor = db_writer_actor::extend<
  // From itself, behind what has come meanwhile.
  caf::reacts_to<flush>,
  // While the database's files are to be rid of something.
  caf::reacts_to<tick>>;

/// A job that only reads.
struct read_request {
  read_job job;
};

using db_reader_actor = caf::typed_actor<
  // Answers when the job has run.
  caf::replies_to<read_request>::with<finished>>;

} // namespace parley
