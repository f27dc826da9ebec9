# What an instructor has and students have not: the other book, the tree for students, and the round of a
# class: make, grade, give back. CLASS names it; everything of it lands in _build/classes/CLASS.

GRADER := _build/grading
GRADING := cd assignments && ../$(GRADER)/bin/python -m grading
export CLASS FROM STUDENT COURSE INSTRUCTOR EXCHANGE TO

.PHONY: book-instructor student assignments collect grade feedback formgrader hub hub-config

help::
	@echo 'make book-instructor   the book with solutions and notes on teaching, into _build/instructor'
	@echo 'make student           the tree to publish, without them, into _build/student'
	@echo 'make assignments CLASS=2027-spring              the problem sets, with numbers of this class'
	@echo 'make collect CLASS=2027-spring FROM=folder      take in what students handed in'
	@echo 'make grade CLASS=2027-spring                    grade what is new; SECONDS=60 MEMORY=4 AGAIN=1'
	@echo 'make formgrader CLASS=2027-spring               mark written answers in the browser'
	@echo 'make feedback CLASS=2027-spring                 pages and grades.csv again, after marking'
	@echo 'make hub                                        what a JupyterHub needs, into _build/hub'
	@echo 'make hub-config COURSE=2027-spring INSTRUCTOR=prof   its settings; TO=, EXCHANGE= absolute folders'

book-instructor: $(INSTALLED)
	@cd tools && ../$(PY) -m instructor.book

student: $(INSTALLED)
	@cd tools && ../$(PY) -m instructor.student

assignments: $(INSTALLED) $(GRADER)/installed
	@$(PY) assignments/make_class.py
	@$(GRADING) release

collect: $(INSTALLED) $(GRADER)/installed
	@$(GRADING) collect

grade: $(INSTALLED) $(GRADER)/installed
	@$(GRADING) grade --python "$(CURDIR)/$(PY)" $(if $(SECONDS),--seconds $(SECONDS)) \
		$(if $(MEMORY),--memory $(MEMORY)) $(if $(AGAIN),--again) $(if $(UNFENCED),--unfenced)

feedback: $(INSTALLED) $(GRADER)/installed
	@$(GRADING) feedback

formgrader: $(INSTALLED) $(GRADER)/installed
	@$(GRADING) formgrader

hub: _build/hub/installed

hub-config: $(INSTALLED)
	@$(PY) assignments/hub/write.py

_build/hub/installed: assignments/hub/requirements.txt assignments/hub/package-lock.json | $(INSTALLED)
	@echo 'making _build/hub, where JupyterHub lives (two minutes, once)'
	@$(PY) -m venv --clear _build/hub
	@_build/hub/bin/python -m pip install -qq --disable-pip-version-check -r assignments/hub/requirements.txt
	@cp assignments/hub/package.json assignments/hub/package-lock.json assignments/hub/.npmrc _build/hub
	@cd _build/hub && bin/npm ci --ignore-scripts --silent
	@ln -sf ../node_modules/.bin/configurable-http-proxy _build/hub/bin/
	@touch $@

$(GRADER)/installed: assignments/requirements.txt | $(INSTALLED)
	@echo 'making $(GRADER), where nbgrader lives (a minute, once)'
	@$(PY) -m venv --clear $(GRADER)
	@$(GRADER)/bin/python -m pip install -qq --disable-pip-version-check -r assignments/requirements.txt
	@touch $@
